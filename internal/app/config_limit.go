package app

import (
	"time"

	"parley/internal/feature/signin"
	"parley/internal/identity"
	"parley/internal/kit/limit"
	"parley/internal/turn"
)

// RateLimitsConfig is the section rateLimits: how often people may do things. A
// limit without a number is none. The variables are LibreChat's.
type RateLimitsConfig struct {
	Login        LoginRates        `yaml:"login"`
	Registration RegistrationRates `yaml:"registration"`
	Messages     MessageRates      `yaml:"messages"`
	FileUploads  UploadRates       `yaml:"fileUploads"`
}

// LoginRates limit tries to sign in, right ones too. Wrong ones are slowed down
// beside, by address and by account.
type LoginRates struct {
	IPMax    *int    `yaml:"ipMax" env:"LOGIN_MAX"`
	IPWindow float64 `yaml:"ipWindowInMinutes" env:"LOGIN_WINDOW"`
}

// RegistrationRates limit the accounts that are made from one address.
type RegistrationRates struct {
	IPMax    *int    `yaml:"ipMax" env:"REGISTER_MAX"`
	IPWindow float64 `yaml:"ipWindowInMinutes" env:"REGISTER_WINDOW"`
}

// MessageRates limit messages, by the API too. A limit that is not switched on or
// off is on where it has a number.
type MessageRates struct {
	ByIP       *bool   `yaml:"limitIp" env:"LIMIT_MESSAGE_IP"`
	IPMax      *int    `yaml:"ipMax" env:"MESSAGE_IP_MAX"`
	IPWindow   float64 `yaml:"ipWindowInMinutes" env:"MESSAGE_IP_WINDOW"`
	ByUser     *bool   `yaml:"limitUser" env:"LIMIT_MESSAGE_USER"`
	UserMax    *int    `yaml:"userMax" env:"MESSAGE_USER_MAX"`
	UserWindow float64 `yaml:"userWindowInMinutes" env:"MESSAGE_USER_WINDOW"`
	AtOnce     *bool   `yaml:"limitConcurrent" env:"LIMIT_CONCURRENT_MESSAGES"`
	AtOnceMost *int    `yaml:"concurrentMax" env:"CONCURRENT_MESSAGE_MAX"`
}

// UploadRates limit uploads of files.
type UploadRates struct {
	IPMax      *int    `yaml:"ipMax" env:"FILE_UPLOAD_IP_MAX"`
	IPWindow   float64 `yaml:"ipWindowInMinutes" env:"FILE_UPLOAD_IP_WINDOW"`
	UserMax    *int    `yaml:"userMax" env:"FILE_UPLOAD_USER_MAX"`
	UserWindow float64 `yaml:"userWindowInMinutes" env:"FILE_UPLOAD_USER_WINDOW"`
}

// What LibreChat takes for messages where a limit is on and has no number.
const (
	usualMessages = 40
	usualAtOnce   = 2
)

func defaultRates() RateLimitsConfig {
	registrations := 60
	return RateLimitsConfig{
		Login:        LoginRates{IPWindow: 5},
		Registration: RegistrationRates{IPMax: &registrations, IPWindow: 5},
		Messages:     MessageRates{IPWindow: 1, UserWindow: 1},
		FileUploads:  UploadRates{IPWindow: 15, UserWindow: 15},
	}
}

func rate(most *int, minutes float64) limit.Rate {
	if most == nil {
		return limit.Rate{}
	}
	return limit.Rate{Most: *most, Per: time.Duration(minutes * float64(time.Minute))}
}

// switched is a limit that can be switched on and off.
func switched(on *bool, most *int, usual int) *int {
	switch {
	case on == nil:
		return most
	case !*on:
		return nil
	case most == nil:
		return &usual
	}
	return most
}

// door is how often people may sign in and register.
func (c RateLimitsConfig) door() signin.Rates {
	return signin.Rates{
		SignIn:   identity.Rates{Address: rate(c.Login.IPMax, c.Login.IPWindow)},
		Register: identity.Rates{Address: rate(c.Registration.IPMax, c.Registration.IPWindow)},
	}
}

// turns is how many messages people may send.
func (c RateLimitsConfig) turns() turn.Limits {
	m := c.Messages
	l := turn.Limits{Rates: identity.Rates{
		Address: rate(switched(m.ByIP, m.IPMax, usualMessages), m.IPWindow),
		User:    rate(switched(m.ByUser, m.UserMax, usualMessages), m.UserWindow),
	}}
	if most := switched(m.AtOnce, m.AtOnceMost, usualAtOnce); most != nil {
		l.AtOnce = *most
	}
	return l
}

// uploads is how many files people may upload.
func (c RateLimitsConfig) uploads() identity.Rates {
	return identity.Rates{Address: rate(c.FileUploads.IPMax, c.FileUploads.IPWindow), User: rate(c.FileUploads.UserMax, c.FileUploads.UserWindow)}
}
