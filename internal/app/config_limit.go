package app

import (
	"time"

	"parley/internal/feature/signin"
	"parley/internal/identity"
	"parley/internal/kit/limit"
	"parley/internal/turn"
)

// RateLimitsConfig is the section rateLimits: how often people may do things. A
// limit without a number is none; one of its two numbers is enough, and then
// LibreChat's other holds. The variables are LibreChat's.
type RateLimitsConfig struct {
	Login        LoginRates        `yaml:"login"`
	Registration RegistrationRates `yaml:"registration"`
	Messages     MessageRates      `yaml:"messages"`
	FileUploads  UploadRates       `yaml:"fileUploads"`
}

// LoginRates limit tries to sign in, right ones too. Wrong ones are slowed down
// beside, by address and by account.
type LoginRates struct {
	IPMax    *int     `yaml:"ipMax" env:"LOGIN_MAX"`
	IPWindow *float64 `yaml:"ipWindowInMinutes" env:"LOGIN_WINDOW"`
}

// RegistrationRates limit the accounts that are made from one address.
type RegistrationRates struct {
	IPMax    *int     `yaml:"ipMax" env:"REGISTER_MAX"`
	IPWindow *float64 `yaml:"ipWindowInMinutes" env:"REGISTER_WINDOW"`
}

// MessageRates limit messages, by the API too. A limit that is not switched on or
// off is on where it has a number.
type MessageRates struct {
	ByIP       *bool    `yaml:"limitIp" env:"LIMIT_MESSAGE_IP"`
	IPMax      *int     `yaml:"ipMax" env:"MESSAGE_IP_MAX"`
	IPWindow   *float64 `yaml:"ipWindowInMinutes" env:"MESSAGE_IP_WINDOW"`
	ByUser     *bool    `yaml:"limitUser" env:"LIMIT_MESSAGE_USER"`
	UserMax    *int     `yaml:"userMax" env:"MESSAGE_USER_MAX"`
	UserWindow *float64 `yaml:"userWindowInMinutes" env:"MESSAGE_USER_WINDOW"`
	AtOnce     *bool    `yaml:"limitConcurrent" env:"LIMIT_CONCURRENT_MESSAGES"`
	AtOnceMost *int     `yaml:"concurrentMax" env:"CONCURRENT_MESSAGE_MAX"`
}

// UploadRates limit uploads of files.
type UploadRates struct {
	IPMax      *int     `yaml:"ipMax" env:"FILE_UPLOAD_IP_MAX"`
	IPWindow   *float64 `yaml:"ipWindowInMinutes" env:"FILE_UPLOAD_IP_WINDOW"`
	UserMax    *int     `yaml:"userMax" env:"FILE_UPLOAD_USER_MAX"`
	UserWindow *float64 `yaml:"userWindowInMinutes" env:"FILE_UPLOAD_USER_WINDOW"`
}

// usualAtOnce is what LibreChat takes where answers at once are limited without a
// number.
const usualAtOnce = 2

// rate is a limit of which both numbers are given, or one and LibreChat's other,
// or none: then there is no limit.
func rate(most *int, minutes *float64, usual int, usualMinutes float64) limit.Rate {
	if most == nil && minutes == nil {
		return limit.Rate{}
	}
	return switched(most, minutes, usual, usualMinutes)
}

// switched is a limit that holds without numbers too.
func switched(most *int, minutes *float64, usual int, usualMinutes float64) limit.Rate {
	if most == nil {
		most = &usual
	}
	if minutes == nil {
		minutes = &usualMinutes
	}
	return limit.Rate{Most: *most, Per: time.Duration(*minutes * float64(time.Minute))}
}

// messages is a limit that can be switched on and off.
func messages(on *bool, most *int, minutes *float64) limit.Rate {
	const usual, usualMinutes = 40, 1
	switch {
	case on == nil:
		return rate(most, minutes, usual, usualMinutes)
	case *on:
		return switched(most, minutes, usual, usualMinutes)
	}
	return limit.Rate{}
}

// door is how often people may sign in and register. LibreChat's 5 accounts an
// hour are few for an office behind one address, so they hold only beside a number.
func (c RateLimitsConfig) door() signin.Rates {
	register := limit.Rate{Most: 60, Per: 5 * time.Minute}
	if r := c.Registration; r.IPMax != nil || r.IPWindow != nil {
		register = rate(r.IPMax, r.IPWindow, 5, 60)
	}
	return signin.Rates{
		SignIn:   identity.Rates{Address: rate(c.Login.IPMax, c.Login.IPWindow, 7, 5)},
		Register: identity.Rates{Address: register},
	}
}

// turns is how many messages people may send.
func (c RateLimitsConfig) turns() turn.Limits {
	m := c.Messages
	l := turn.Limits{Rates: identity.Rates{
		Address: messages(m.ByIP, m.IPMax, m.IPWindow), User: messages(m.ByUser, m.UserMax, m.UserWindow),
	}}
	switch {
	case m.AtOnce != nil && !*m.AtOnce:
	case m.AtOnceMost != nil:
		l.AtOnce = *m.AtOnceMost
	case m.AtOnce != nil:
		l.AtOnce = usualAtOnce
	}
	return l
}

// uploads is how many files people may upload.
func (c RateLimitsConfig) uploads() identity.Rates {
	u := c.FileUploads
	return identity.Rates{Address: rate(u.IPMax, u.IPWindow, 100, 15), User: rate(u.UserMax, u.UserWindow, 50, 15)}
}
