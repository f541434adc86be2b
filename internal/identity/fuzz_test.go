package identity_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"parley/internal/identity"
)

// What is taken as an address or a name is taken again unchanged, and can be
// shown and stored.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{
		"ann@example.org", " Ann@Example.ORG ", "zoë@exämple.org", "a@b@c", `"a b"@example.org`, "Ann <a@b.c>", "\x00@b", "İ@example.org", "ﬀ@example.org", "",
		"Ann  Lee", "👩‍👩‍👧", "Ann\u202e", "\xff",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, canonical := range map[string]func(string) (string, error){"address": identity.CanonicalEmail, "name": identity.CanonicalName} {
			once, err := canonical(s)
			if err != nil {
				continue
			}
			if twice, err := canonical(once); err != nil || twice != once {
				t.Errorf("%s %q becomes %q, then %q, %v", name, s, once, twice, err)
			}
			if !utf8.ValidString(once) || strings.ContainsFunc(once, unicode.IsControl) || once == "" || len(once) > 1000 {
				t.Errorf("%s %q is taken", name, once)
			}
			if name == "address" && !strings.Contains(strings.Trim(once, "@"), "@") {
				t.Errorf("address %q is taken", once)
			}
		}
	})
}

// A stored hash that is read is read as it was written, and costs no more than
// was ever asked for.
func FuzzStoredHash(f *testing.F) {
	for _, s := range []string{
		"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=4294967295,t=2,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=8,t=1,p=1x$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "", "$$$$$",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		again, err := identity.RoundTripHash(s)
		if err != nil {
			return
		}
		if once, err := identity.RoundTripHash(again); err != nil || once != again {
			t.Errorf("%q becomes %q, then %q, %v", s, again, once, err)
		}
	})
}
