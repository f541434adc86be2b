package provider

import (
	"encoding/base64"
	"regexp"
	"strings"

	"parley/internal/identity"
	"parley/internal/llm"
)

// placeholder stands, in a header that an admin wrote, for something about who
// is asking.
var placeholder = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)

// facts are the placeholders that are known, by LibreChat's names.
var facts = map[string]func(identity.User) string{
	"LIBRECHAT_USER_ID":    func(u identity.User) string { return string(u.ID) },
	"LIBRECHAT_USER_NAME":  func(u identity.User) string { return u.Name },
	"LIBRECHAT_USER_EMAIL": func(u identity.User) string { return u.Email },
	"LIBRECHAT_USER_USERNAME": func(u identity.User) string {
		name, _, _ := strings.Cut(u.Email, "@")
		return name
	},
	"LIBRECHAT_USER_ROLE":     func(u identity.User) string { return strings.ToUpper(string(u.Role)) },
	"LIBRECHAT_USER_PROVIDER": func(identity.User) string { return "local" },
	// Nobody signs in elsewhere, confirms an address, uses a second factor or is
	// asked to accept terms here.
	"LIBRECHAT_USER_GOOGLEID":         nothing,
	"LIBRECHAT_USER_FACEBOOKID":       nothing,
	"LIBRECHAT_USER_OPENIDID":         nothing,
	"LIBRECHAT_USER_SAMLID":           nothing,
	"LIBRECHAT_USER_LDAPID":           nothing,
	"LIBRECHAT_USER_GITHUBID":         nothing,
	"LIBRECHAT_USER_DISCORDID":        nothing,
	"LIBRECHAT_USER_APPLEID":          nothing,
	"LIBRECHAT_USER_EMAILVERIFIED":    no,
	"LIBRECHAT_USER_TWOFACTORENABLED": no,
	"LIBRECHAT_USER_TERMSACCEPTED":    no,
}

func nothing(identity.User) string { return "" }

func no(identity.User) string { return "false" }

// origins are the placeholders about what a request is for.
var origins = map[string]func(llm.Origin) string{
	"LIBRECHAT_BODY_CONVERSATIONID":  func(o llm.Origin) string { return o.Chat },
	"LIBRECHAT_BODY_MESSAGEID":       func(o llm.Origin) string { return o.Message },
	"LIBRECHAT_BODY_PARENTMESSAGEID": func(o llm.Origin) string { return o.Parent },
}

// unknownPlaceholder returns the first placeholder that means nothing here.
func unknownPlaceholder(value string) string {
	for _, m := range placeholder.FindAllStringSubmatch(value, -1) {
		if facts[m[1]] == nil && origins[m[1]] == nil {
			return m[0]
		}
	}
	if strings.Contains(placeholder.ReplaceAllString(value, ""), "{{") {
		return "{{"
	}
	return ""
}

// personal reports whether headers hold something about the user.
func personal(headers map[string]string) bool {
	for _, value := range headers {
		if strings.Contains(value, "{{") {
			return true
		}
	}
	return false
}

// impersonal are the headers that are the same for everyone.
func impersonal(headers map[string]string) map[string]string {
	out := map[string]string{}
	for name, value := range headers {
		if !strings.Contains(value, "{{") {
			out[name] = value
		}
	}
	return out
}

// varies reports whether headers hold something about what a request is for.
func varies(headers map[string]string) bool {
	for _, value := range headers {
		for _, m := range placeholder.FindAllStringSubmatch(value, -1) {
			if origins[m[1]] != nil {
				return true
			}
		}
	}
	return false
}

// fill puts data about the user and the request in the place of placeholders,
// once: what a user is called is never looked into.
func fill(headers map[string]string, user identity.User, origin llm.Origin) map[string]string {
	out := make(map[string]string, len(headers))
	for name, value := range headers {
		if strings.Contains(value, "{{") {
			value = placeholder.ReplaceAllStringFunc(value, func(found string) string {
				name := placeholder.FindStringSubmatch(found)[1]
				if of := origins[name]; of != nil {
					return of(origin)
				}
				return header(facts[name](user))
			})
		}
		out[name] = value
	}
	return out
}

// header writes a text as headers can hold it: in Latin-1, or what is not as
// "b64:" and base64. LibreChat does the same.
func header(text string) string {
	var latin []byte
	for _, r := range text {
		switch {
		case r < ' ' || r == 0x7f: // a line break would end the header
		case r > 0xff:
			return "b64:" + base64.StdEncoding.EncodeToString([]byte(text))
		default:
			latin = append(latin, byte(r))
		}
	}
	return string(latin)
}
