package account

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/weirhq/weir"
)

const (
	apiKeyLen     = 32 // characters
	sealedVersion = 1
)

// Keys are the API keys of a user: 32 lower-case hex characters each.
type Keys struct {
	Read  string
	Write string
}

// ByKey finds who an API key belongs to. Unauthenticated when nobody's.
func (s *Service) ByKey(ctx context.Context, key string) (Principal, error) {
	if !isAPIKey(key) {
		return Principal{}, errInvalidKey()
	}
	d := s.secret.digest(key)
	p, generation, ok := s.keys.shard(d).get(d)
	if ok {
		return p, nil
	}
	return s.askForKey(ctx, d, generation)
}

// askForKey looks a key up in the store. It stands apart from ByKey, whose digest so stays off the heap.
func (s *Service) askForKey(ctx context.Context, d digest, generation uint64) (Principal, error) {
	u, kind, err := s.store.KeyOwner(ctx, d[:])
	if weir.KindOf(err) == weir.NotFound {
		return Principal{}, errInvalidKey()
	}
	if err != nil {
		return Principal{}, err
	}
	p := Principal{User: u.ID, Name: u.Name, Access: accessOf(kind)}
	s.keys.shard(d).put(d, p, generation)
	return p, nil
}

func errInvalidKey() error { return weir.Errorf(weir.Unauthenticated, "Invalid API key") }

func isAPIKey(key string) bool {
	if len(key) != apiKeyLen {
		return false
	}
	for i := range len(key) {
		if c := key[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func accessOf(kind string) Access {
	switch kind {
	case Read.String():
		return Read
	case Write.String():
		return Write
	default:
		return None
	}
}

// Keys reads a user's API keys.
func (s *Service) Keys(ctx context.Context, user weir.UserID) (Keys, error) {
	stored, err := s.store.Keys(ctx, user)
	if err != nil {
		return Keys{}, err
	}
	var keys Keys
	for _, k := range stored {
		text, err := s.secret.unseal(user, k.Kind, k.Sealed)
		if err != nil {
			return Keys{}, err
		}
		switch accessOf(k.Kind) {
		case Read:
			keys.Read = text
		case Write:
			keys.Write = text
		case None:
		}
	}
	if keys.Read == "" || keys.Write == "" {
		return Keys{}, weir.Errorf(weir.NotFound, "user %d does not exist", user)
	}
	return keys, nil
}

// RotateKey gives a user a new key that reads or writes. When it returns, the old one is nobody's.
func (s *Service) RotateKey(ctx context.Context, user weir.UserID, access Access) (string, error) {
	if access != Read && access != Write {
		return "", weir.Errorf(weir.Invalid, "there is no API key with access %v: use read or write", access)
	}
	key := newAPIKey()
	err := s.store.ReplaceKey(ctx, user, s.secret.stored(user, access, key))
	s.keys.drop(func(p Principal) bool { return p.User == user }) // also after an error: the change may have been made
	if err != nil {
		return "", err
	}
	s.log.InfoContext(ctx, "API key replaced", "user", user, "access", access)
	return key, nil
}

func newAPIKey() string {
	var raw [apiKeyLen / 2]byte
	_, _ = rand.Read(raw[:]) // never fails
	return hex.EncodeToString(raw[:])
}

// digest is what a key is found by.
func (s *secret) digest(key string) digest {
	m := s.macs.Get().(*mac) //nolint:errcheck,forcetypeassert // the pool holds nothing else
	m.hash.Reset()
	copy(m.in[:], key)
	m.hash.Write(m.in[:])
	m.hash.Sum(m.out[:0])
	d := m.out
	clear(m.in[:])
	s.macs.Put(m)
	return d
}

func (s *secret) stored(user weir.UserID, access Access, key string) StoredKey {
	var nonce [12]byte
	_, _ = rand.Read(nonce[:]) // never fails
	d := s.digest(key)
	return StoredKey{Kind: access.String(), Digest: d[:], Sealed: s.seal(nonce, user, access.String(), key)}
}

// seal encrypts a key of 32 hex characters. A nonce is used once.
func (s *secret) seal(nonce [12]byte, user weir.UserID, kind, key string) []byte {
	var raw [apiKeyLen / 2]byte
	_, _ = hex.Decode(raw[:], []byte(key)) // isAPIKey holds for every key made or adopted
	sealed := append([]byte{sealedVersion}, nonce[:]...)
	return s.aead.Seal(sealed, nonce[:], raw[:], sealedFor(user, kind))
}

func (s *secret) unseal(user weir.UserID, kind string, sealed []byte) (string, error) {
	head := 1 + s.aead.NonceSize()
	if len(sealed) < head || sealed[0] != sealedVersion {
		return "", fmt.Errorf("%s key of user %d is not a sealed record of version %d", kind, user, sealedVersion)
	}
	raw, err := s.aead.Open(nil, sealed[1:head], sealed[head:], sealedFor(user, kind))
	if err != nil {
		return "", fmt.Errorf("%s key of user %d was not sealed with this %s or is damaged: rotate it", kind, user, secretFile)
	}
	return hex.EncodeToString(raw), nil
}

func sealedFor(user weir.UserID, kind string) []byte {
	ad := append([]byte("weir api key\x00"+kind), 0)
	return binary.LittleEndian.AppendUint64(ad, uint64(user))
}
