// Package account says who a request comes from and what it may do: registration, passwords, sessions and API keys.
//
//	form: name, password ── Login ────────▶ session cookie ── BySession ─┐
//	                     └─ Authenticate ─▶ API keys ──────── ByKey ─────┴─▶ Principal: user, Read or Write, admin?
//
// # What is kept, and how
//
// Nothing in the metadata alone lets anyone in:
//
//	password       argon2id in PHC form: $argon2id$v=19$m=19456,t=2,p=1$salt$sum, base64 without padding.
//	               Also understood, and hashed anew at the next login: $emoncms$salt$sha256(salt + sha256(password)), hex.
//	API key        16 random bytes, shown as 32 lower-case hex characters. Each user has one that reads and one that
//	               writes. Stored is a digest to find it by and a sealed record to show it from.
//	session        the cookie holds 32 random bytes in base64url; stored is their SHA-256.
//
// API keys depend on the server's secret, 32 random bytes that New makes at the first start:
//
//	secret.key, mode 0600:  durable.Seal("WKEY", version 1, secret)
//
//	secret ── HKDF-SHA-256 ─┬─ "weir api key digest" ─▶ key of HMAC-SHA-256 over the 32 characters = digest
//	                        ├─ "weir api key seal" ───▶ key of AES-256-GCM = sealed record
//	                        └─ "weir secret check" ───▶ setting account.secret, which tells a wrong secret.key at start
//
// A sealed record; the associated data keeps it from being moved to another user or kind:
//
//	┌───────────┬──────────┬───────────────┬────────┐
//	│ version 1 │ nonce 12 │ ciphertext 16 │ tag 16 │    associated data: "weir api key" 0 kind 0 user-id u64
//	└───────────┴──────────┴───────────────┴────────┘    little-endian; kind is "read" or "write"
//
// Without secret.key the API keys are lost, with it and the metadata they can be read: back up both, apart.
//
// # What is fast and what is slow on purpose
//
// A post carries a key, so ByKey costs one HMAC and a look into memory. What memory holds is asked of the store again
// after a minute, so that a change made by another server counts here too; a change made here counts at once. Keys
// that are not known leave no trace in memory.
//
// A password costs tens of milliseconds and 19 MiB. Few are hashed at one time and few more may wait, which bounds
// memory whatever arrives. A wrong name costs the same as a wrong password. Attempts are counted per client address
// (IPv6: per /64); too many give ErrTooManyAttempts, of kind weir.Denied.
package account
