package httpin

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/form"
)

// Why an encrypted post is not taken, in emoncms's words.
const (
	errNoHeader  = "missing authorization header"
	errHeader    = "authorization header format should be userid:hmac"
	errNoUser    = "User not found"
	errNoContent = "no content in post body"
	errSealed    = "invalid data"
)

const (
	sealedType   = "aes128cbc"
	sealedTypeGZ = "aes128cbcgz"
)

// Envelope is a post that its sender has encrypted with the write key, for devices that cannot do TLS:
//
//	Authorization: <user id>:<HMAC-SHA256 of the plain bytes, in hexadecimal>
//	body           base64 of  initial vector 16 │ AES-128-CBC of the plain bytes, padded as in PKCS #7
//	plain bytes    node=x&csv=1,2 without escapes; with type aes128cbcgz a zlib stream of it
//
// Whoever records an envelope can send it again. Writes of the same times and values change nothing then.
type Envelope struct {
	User weir.UserID // who claims to have sent it

	mac    []byte
	sealed []byte
	packed bool
	plain  []byte
}

// Encrypted tells by the Content-Type whether a body is an envelope.
func Encrypted(contentType string) bool {
	return contentType == sealedType || contentType == sealedTypeGZ
}

// ReadEnvelope takes an encrypted request apart. There is no envelope when the answer says why.
func ReadEnvelope(header http.Header, body string) (*Envelope, Answer) {
	given := header.Get("Authorization")
	if given == "" {
		return nil, plainFailure(errNoHeader)
	}
	id, code, ok := strings.Cut(given, ":")
	user, err := strconv.ParseInt(strings.TrimSpace(id), 10, 64)
	mac, wrong := hex.DecodeString(strings.TrimSpace(code))
	if !ok || err != nil || wrong != nil {
		return nil, plainFailure(errHeader)
	}
	body = strings.TrimRight(strings.TrimSpace(body), "=")
	if body == "" {
		return nil, plainFailure(errNoContent)
	}
	sealed, err := base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(body))
	if err != nil {
		return nil, plainFailure(errSealed)
	}
	packed := header.Get("Content-Type") == sealedTypeGZ
	return &Envelope{User: weir.UserID(user), mac: mac, sealed: sealed, packed: packed}, Answer{}
}

// UnknownUser is the answer to an envelope of a user who does not exist.
func UnknownUser() Answer { return plainFailure(errNoUser) }

func plainFailure(text string) Answer {
	return Answer{Status: http.StatusOK, ContentType: "text/html; charset=UTF-8", Body: text}
}

// Open decrypts an envelope with the write key of its user. The parameters are those inside, then those of query;
// nil when the answer says why not.
func (d *Decoder) Open(e *Envelope, writeKey string, query Params) (Params, Answer) {
	if !e.decrypt(writeKey) {
		return nil, plainFailure(errSealed)
	}
	text, fault := string(e.plain), ""
	if e.packed {
		text, fault = d.inflate(strings.NewReader(text), errSealed)
	}
	inside, err := form.Plain(text)
	if fault != "" || err != nil {
		return nil, plainFailure(errSealed)
	}
	return layers{inside, query}, Answer{}
}

// decrypt tells nothing of where it failed: the sender could learn the text from that.
func (e *Envelope) decrypt(writeKey string) bool {
	key, err := hex.DecodeString(writeKey)
	if err != nil || len(key) != 16 || len(e.sealed) < 2*aes.BlockSize || len(e.sealed)%aes.BlockSize != 0 {
		return false
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return false
	}
	plain := make([]byte, len(e.sealed)-aes.BlockSize)
	cipher.NewCBCDecrypter(block, e.sealed[:aes.BlockSize]).CryptBlocks(plain, e.sealed[aes.BlockSize:])
	padding := int(plain[len(plain)-1])
	if padding == 0 || padding > aes.BlockSize {
		return false
	}
	e.plain = plain[:len(plain)-padding]
	h := hmac.New(sha256.New, key)
	h.Write(e.plain)
	return hmac.Equal(h.Sum(nil), e.mac)
}

// Receipt turns the good answer to an opened envelope into the one its sender compares: the hash of what it sent.
func (e *Envelope) Receipt(a Answer) Answer {
	if a.Body == okText || a.Body == okJSON {
		sum := sha256.Sum256(e.plain)
		a.Body = base64.URLEncoding.EncodeToString(sum[:])
	}
	return a
}

// layers are parameters of which the first that has one counts.
type layers [2]Params

func (l layers) Get(name string) (string, bool) {
	if value, ok := l[0].Get(name); ok {
		return value, true
	}
	return l[1].Get(name)
}
