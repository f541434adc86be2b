package cli

import (
	"bufio"
	"errors"
	"fmt"
	"strings"

	"parley/internal/app"
	"parley/internal/identity"
	"parley/internal/kit/seal"
)

type userCommands struct {
	Create userCreate `cmd:"" help:"Make a user."`
	Reset  userReset  `cmd:"" name:"reset-password" help:"Give a user a new random password, which is printed, and end all sessions."`
}

type userCreate struct {
	Email    string `required:"" help:"E-mail address."`
	Password string `help:"Password; read from standard input if it is not given or is \"-\"."`
	Name     string `help:"Name; the part of the address before the @ by default."`
	Admin    bool   `help:"Make an administrator."`
}

func (c *userCreate) Run(s *session) error {
	return s.with(func(store *app.Store) error {
		password, err := s.password(c.Password)
		if err != nil {
			return err
		}
		u, err := store.Identity.CreateUser(s, identity.NewUser{Email: c.Email, Password: password, Name: c.Name, Admin: c.Admin})
		if err != nil {
			return err
		}
		s.say("%s is now a user (%s).", u.Email, u.Role)
		return nil
	})
}

func (s *session) password(given string) (seal.Secret, error) {
	if given != "" && given != "-" {
		return seal.Secret(given), nil
	}
	line, err := bufio.NewReader(s.in).ReadString('\n')
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", fmt.Errorf("no password on standard input: %w", err)
	}
	return seal.Secret(line), nil
}

type userReset struct {
	Address string `arg:"" optional:"" help:"E-mail address of the user; --email says the same."`
	Email   string `help:"E-mail address of the user."`
}

func (c *userReset) Run(s *session) error {
	email := c.Address + c.Email
	if c.Address != "" && c.Email != "" || email == "" {
		return errors.New("name one user")
	}
	return s.with(func(store *app.Store) error {
		password, err := store.Identity.ResetPassword(s, email)
		if err != nil {
			return err
		}
		s.say("%s", password.Reveal())
		return nil
	})
}

type keyCommands struct {
	Create keyCreate `cmd:"" help:"Make an API key for a user and print it."`
}

type keyCreate struct {
	User string `required:"" help:"E-mail address of the user." placeholder:"EMAIL"`
	Name string `help:"What the key is for." default:"command line"`
}

func (c *keyCreate) Run(s *session) error {
	return s.with(func(store *app.Store) error {
		u, err := store.Identity.FindUser(s, c.User)
		if err != nil {
			return err
		}
		_, key, err := store.Identity.CreateKey(s, u.ID, c.Name)
		if err != nil {
			return err
		}
		s.say("%s", key.Reveal())
		return nil
	})
}

// with opens the store for do and closes it again.
func (s *session) with(do func(*app.Store) error) error {
	store, err := s.store()
	if err != nil {
		return err
	}
	return errors.Join(do(store), store.Close())
}
