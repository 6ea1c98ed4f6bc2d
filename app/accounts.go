package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/meta"
	"github.com/weirhq/weir/meta/sqlite"
)

const metaFile = "meta.db" // in the data folder

// Accounts manages users from the command line: on the data folder itself when no server runs on it, through the
// running server's control socket otherwise.
type Accounts struct {
	do    func(ctx context.Context, c accountCall) ([]Account, error)
	close func() error
}

// Account is a user and, where they were asked for, their API keys.
type Account struct {
	weir.User

	ReadKey  string
	WriteKey string
}

// NewUser is what is asked of a user made on the command line.
type NewUser struct {
	Name     string
	Email    string
	Password string
	Timezone string // empty: UTC
	Admin    bool
}

// accountCall is one thing to do, as it goes over the control socket.
type accountCall struct {
	Do   string // add, list, passwd, keys, rotate-read, rotate-write
	User NewUser
}

// OpenAccounts reaches the accounts of a data folder that is there. Close it.
func OpenAccounts(ctx context.Context, cfg Config) (*Accounts, error) {
	if _, err := os.Stat(filepath.Join(cfg.Data, metaFile)); errors.Is(err, fs.ErrNotExist) {
		return nil, weir.Errorf(weir.NotFound, "there are no accounts in the folder %s: name weir's data folder with --data, or make an account with weir user add", cfg.Data)
	}
	return MakeAccounts(ctx, cfg)
}

// MakeAccounts is OpenAccounts for a data folder that may be new.
func MakeAccounts(ctx context.Context, cfg Config) (*Accounts, error) {
	dir, err := durable.OpenDir(cfg.Data)
	if err != nil {
		return nil, err
	}
	lock, err := durable.Lock(cfg.Data)
	if weir.KindOf(err) == weir.Conflict {
		dir.Close()
		return dialControl(cfg.Data), nil
	}
	if err != nil {
		dir.Close()
		return nil, err
	}
	cfg.Log.Level = "warn" // the command itself says what it has done
	db, service, err := openAccounts(ctx, cfg, dir, cfg.Log.Logger(os.Stderr))
	if err != nil {
		return nil, errors.Join(err, lock.Close(), dir.Close())
	}
	return &Accounts{
		do:    accountant{service}.do,
		close: func() error { return errors.Join(db.Close(), lock.Close(), dir.Close()) },
	}, nil
}

// Close lets go of the data folder.
func (a *Accounts) Close() error { return a.close() }

// Add makes a user, whoever may register.
func (a *Accounts) Add(ctx context.Context, u NewUser) (Account, error) {
	return a.one(ctx, accountCall{Do: "add", User: u})
}

// List gives all users, without keys.
func (a *Accounts) List(ctx context.Context) ([]Account, error) {
	return a.do(ctx, accountCall{Do: "list"})
}

// SetPassword gives a user a new password and ends their sessions.
func (a *Accounts) SetPassword(ctx context.Context, name, password string) error {
	_, err := a.one(ctx, accountCall{Do: "passwd", User: NewUser{Name: name, Password: password}})
	return err
}

// Keys gives a user with API keys. rotate ("read" or "write") replaces that key first; the old one stops working.
func (a *Accounts) Keys(ctx context.Context, name, rotate string) (Account, error) {
	do := "keys"
	if rotate != "" {
		do = "rotate-" + rotate
	}
	return a.one(ctx, accountCall{Do: do, User: NewUser{Name: name}})
}

func (a *Accounts) one(ctx context.Context, c accountCall) (Account, error) {
	list, err := a.do(ctx, c)
	if err != nil || len(list) == 0 {
		return Account{}, err
	}
	return list[0], nil
}

// accountant does what the command line asks for.
type accountant struct{ service *account.Service }

func (a accountant) do(ctx context.Context, c accountCall) ([]Account, error) {
	switch c.Do {
	case "add":
		return a.add(ctx, c.User)
	case "list":
		users, err := a.service.Users(ctx)
		list := make([]Account, len(users))
		for i, u := range users {
			list[i].User = u
		}
		return list, err
	}
	u, err := a.service.UserByName(ctx, c.User.Name)
	if err != nil {
		return nil, weir.Errorf(weir.KindOf(err), "there is no user %q: weir user list shows all", c.User.Name)
	}
	switch c.Do {
	case "passwd":
		err = a.service.ResetPassword(ctx, u.ID, c.User.Password)
	case "rotate-read":
		_, err = a.service.RotateKey(ctx, u.ID, account.Read)
	case "rotate-write":
		_, err = a.service.RotateKey(ctx, u.ID, account.Write)
	case "keys":
	default:
		err = weir.Errorf(weir.Invalid, "unknown command %q: use the weir that the server runs", c.Do)
	}
	if err != nil {
		return nil, err
	}
	keys, err := a.service.Keys(ctx, u.ID)
	return []Account{{User: u, ReadKey: keys.Read, WriteKey: keys.Write}}, err
}

func (a accountant) add(ctx context.Context, n NewUser) ([]Account, error) {
	u, keys, err := a.service.Create(ctx, account.Registration{Name: n.Name, Email: n.Email, Password: n.Password, Timezone: n.Timezone})
	if err != nil {
		return nil, err
	}
	if n.Admin && !u.Admin {
		if err := a.service.SetAdmin(ctx, u.ID, true); err != nil {
			return nil, err
		}
		u.Admin = true
	}
	return []Account{{User: u, ReadKey: keys.Read, WriteKey: keys.Write}}, nil
}

// openAccounts opens the metadata and the accounts in it.
func openAccounts(ctx context.Context, cfg Config, dir *durable.Dir, log *slog.Logger) (*meta.DB, *account.Service, error) {
	db, err := sqlite.Open(ctx, filepath.Join(cfg.Data, metaFile))
	if err != nil {
		return nil, nil, err
	}
	service, err := account.New(ctx, cfg.Account, db, dir, log)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, service, nil
}
