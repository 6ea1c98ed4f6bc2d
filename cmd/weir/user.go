package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/app"
)

type userCmd struct {
	Add    userAddCmd    `cmd:"" help:"Make an account; the password is asked for, or read from standard input."`
	List   userListCmd   `cmd:"" help:"List the accounts."`
	Passwd userPasswdCmd `cmd:"" help:"Give an account a new password and end its sessions."`
	Keys   userKeysCmd   `cmd:"" help:"Show an account's API keys, or replace one."`
}

// Help is shown below the command's one line.
func (userCmd) Help() string {
	return "Works on the data folder (--data, or as the configuration says) when no server runs on it, and through the server otherwise."
}

type userAddCmd struct {
	settings

	Name     string `arg:"" help:"User name: letters and digits."`
	Email    string `help:"Email address." required:""`
	Timezone string `help:"Where the user's days begin, such as Europe/London." default:"UTC"`
	Admin    bool   `help:"Make the user an administrator. The first user is one anyway."`
}

func (c userAddCmd) Run(ctx context.Context) error {
	password, err := readPassword()
	if err != nil {
		return err
	}
	return c.with(ctx, app.MakeAccounts, func(a *app.Accounts) error {
		made, err := a.Add(ctx, app.NewUser{Name: c.Name, Email: c.Email, Password: password, Timezone: c.Timezone, Admin: c.Admin})
		if err != nil {
			return err
		}
		fmt.Printf("Made user %d, %s.\n", made.ID, made.Name)
		printKeys(made)
		return nil
	})
}

type userListCmd struct {
	settings
}

func (c userListCmd) Run(ctx context.Context) error {
	return c.with(ctx, app.OpenAccounts, func(a *app.Accounts) error {
		users, err := a.List(ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tNAME\tEMAIL\tTIME ZONE\tROLE\tSINCE")
		for _, u := range users {
			role := "user"
			if u.Admin {
				role = "admin"
			}
			fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\n", u.ID, u.Name, u.Email, u.Timezone, role, time.Unix(u.Created, 0).Format(time.DateOnly))
		}
		return table.Flush()
	})
}

type userPasswdCmd struct {
	settings

	Name string `arg:"" help:"User name."`
}

func (c userPasswdCmd) Run(ctx context.Context) error {
	password, err := readPassword()
	if err != nil {
		return err
	}
	return c.with(ctx, app.OpenAccounts, func(a *app.Accounts) error {
		if err := a.SetPassword(ctx, c.Name, password); err != nil {
			return err
		}
		fmt.Printf("%s has a new password; sessions with the old one have ended.\n", c.Name)
		return nil
	})
}

type userKeysCmd struct {
	settings

	Name   string `arg:"" help:"User name."`
	Rotate string `help:"Replace the key that reads or the one that writes; the old one stops working at once." placeholder:"read|write"`
}

func (c userKeysCmd) Run(ctx context.Context) error {
	if c.Rotate != "" && c.Rotate != "read" && c.Rotate != "write" {
		return weir.Errorf(weir.Invalid, "--rotate is %q: use read or write", c.Rotate)
	}
	return c.with(ctx, app.OpenAccounts, func(a *app.Accounts) error {
		u, err := a.Keys(ctx, c.Name, c.Rotate)
		if err != nil {
			return err
		}
		printKeys(u)
		return nil
	})
}

func printKeys(u app.Account) { fmt.Printf("read key   %s\nwrite key  %s\n", u.ReadKey, u.WriteKey) }

// with opens the accounts for as long as do takes.
func (s settings) with(ctx context.Context, open func(context.Context, app.Config) (*app.Accounts, error), do func(*app.Accounts) error) error {
	cfg, err := s.load()
	if err != nil {
		return err
	}
	accounts, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(do(accounts), accounts.Close())
}

// readPassword asks for a password twice at a terminal, and reads one line otherwise.
func readPassword() (string, error) {
	if stdin := int(os.Stdin.Fd()); term.IsTerminal(stdin) {
		fmt.Fprint(os.Stderr, "Password: ")
		first, err := term.ReadPassword(stdin)
		if err != nil {
			return "", fmt.Errorf("read password: %w", err)
		}
		fmt.Fprint(os.Stderr, "\nAgain: ")
		second, err := term.ReadPassword(stdin)
		fmt.Fprintln(os.Stderr)
		if err != nil {
			return "", fmt.Errorf("read password: %w", err)
		}
		if string(first) != string(second) {
			return "", weir.Errorf(weir.Invalid, "the two passwords differ: try again")
		}
		return string(first), nil
	}
	line, err := bufio.NewReader(io.LimitReader(os.Stdin, 1<<10)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read password: %w", err)
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", weir.Errorf(weir.Invalid, "no password: type it, or give it as one line on standard input")
	}
	return line, nil
}
