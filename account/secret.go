package account

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"log/slog"
	"sync"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
)

const (
	secretFile    = "secret.key"
	secretMagic   = "WKEY"
	secretVersion = 1
	secretLen     = 32
	secretSetting = "account.secret"
)

// secret is what API keys are found by and sealed with.
type secret struct {
	aead  cipher.AEAD
	macs  sync.Pool // of *mac
	check string
}

// mac keeps its buffers with it: ByKey allocates nothing.
type mac struct {
	hash hash.Hash
	in   [apiKeyLen]byte
	out  digest
}

// openSecret reads the secret, or makes it on a server that has never had one. The metadata remembers a check value,
// so a lost or foreign file stops the start instead of making every device's key unknown.
func openSecret(ctx context.Context, settings Settings, files durable.FS, log *slog.Logger) (*secret, error) {
	check, err := settings.Setting(ctx, secretSetting)
	if err != nil && weir.KindOf(err) != weir.NotFound {
		return nil, err
	}
	raw, err := readSecret(files)
	switch {
	case errors.Is(err, fs.ErrNotExist) && check != "":
		return nil, weir.Errorf(weir.NotFound, "%s is missing from the data folder, and the API keys cannot be read without it: restore it from a backup", secretFile)
	case errors.Is(err, fs.ErrNotExist):
		raw, err = makeSecret(files)
		if err == nil {
			log.InfoContext(ctx, "made the server's secret; back it up, apart from the metadata", "file", secretFile)
		}
	case err == nil:
		warnIfReadable(ctx, files, log)
	}
	if err != nil {
		return nil, err
	}
	s, err := newSecret(raw)
	if err != nil {
		return nil, err
	}
	if check == "" {
		return s, settings.SetSetting(ctx, secretSetting, s.check)
	}
	if subtle.ConstantTimeCompare([]byte(check), []byte(s.check)) != 1 {
		return nil, weir.Errorf(weir.Conflict, "%s does not belong to this metadata: restore the file and the metadata from the same backup", secretFile)
	}
	return s, nil
}

func readSecret(files durable.FS) ([]byte, error) {
	data, err := durable.ReadFile(files, secretFile)
	if err != nil {
		return nil, fmt.Errorf("%s in the data folder cannot be read: %w", secretFile, err)
	}
	version, raw, err := durable.Open(secretMagic, data)
	switch {
	case err != nil:
		// The cause is left out: it may quote the file's bytes.
		return nil, weir.Errorf(weir.Invalid, "%s in the data folder is damaged (%d bytes): restore it from a backup", secretFile, len(data))
	case version != secretVersion:
		return nil, weir.Errorf(weir.Invalid, "%s has version %d, this weir knows %d: start the newer weir that wrote it", secretFile, version, secretVersion)
	case len(raw) != secretLen:
		return nil, weir.Errorf(weir.Invalid, "%s holds %d bytes instead of %d: restore it from a backup", secretFile, len(raw), secretLen)
	}
	return raw, nil
}

func makeSecret(files durable.FS) ([]byte, error) {
	raw := make([]byte, secretLen)
	_, _ = rand.Read(raw) // never fails
	if err := durable.WriteFile(files, secretFile, durable.Seal(secretMagic, secretVersion, raw)); err != nil {
		return nil, err
	}
	return raw, nil
}

func warnIfReadable(ctx context.Context, files durable.FS, log *slog.Logger) {
	if info, err := files.Stat(secretFile); err == nil && info.Mode().Perm()&0o077 != 0 {
		log.WarnContext(ctx, "others on this machine may read the server's secret; run chmod 600 on it", "file", secretFile, "mode", info.Mode().Perm().String())
	}
}

func newSecret(raw []byte) (*secret, error) {
	derived := make(map[string][]byte, 3)
	for _, use := range []string{"weir api key digest", "weir api key seal", "weir secret check"} {
		key, err := hkdf.Key(sha256.New, raw, nil, use, secretLen)
		if err != nil {
			return nil, fmt.Errorf("derive keys from %s: %w", secretFile, err)
		}
		derived[use] = key
	}
	block, err := aes.NewCipher(derived["weir api key seal"])
	if err != nil {
		return nil, fmt.Errorf("derive keys from %s: %w", secretFile, err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("derive keys from %s: %w", secretFile, err)
	}
	find := derived["weir api key digest"]
	return &secret{
		aead:  aead,
		macs:  sync.Pool{New: func() any { return &mac{hash: hmac.New(sha256.New, find)} }},
		check: hex.EncodeToString(derived["weir secret check"]),
	}, nil
}
