// Package people lets users find each other to share with, and administrators
// look after accounts and put people into groups.
//
// It keeps nothing: users belong to package identity, groups to package access.
// Who looks for people learns as little as is needed to know them: up to ten
// names that begin as was typed, with a shortened address.
package people

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parley/internal/access"
	"parley/internal/feature"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/limit"
	"parley/internal/kit/plain"
	"parley/internal/kit/rest"
)

const (
	// minQuery is how many characters have to be typed, most how many people are
	// shown.
	minQuery = 2
	most     = 10
	// searches are how many searches a user may make at once, and again after
	// each pause.
	searches = 40
	pause    = time.Second
)

// ErrThrottled is returned to who looks for too many people.
var ErrThrottled = fault.New(fault.Limited, "throttled", "Too many searches. Wait a moment.")

// Found is a person as others find them.
type Found struct {
	ID   identity.UserID `json:"id"`
	Name string          `json:"name"`
	// Email is shortened for all but administrators.
	Email string `json:"email"`
}

// Answer is what a search found.
type Answer struct {
	People []Found `json:"people"`
	// Groups are those that one may share with.
	Groups []Group `json:"groups"`
}

// Group is a group as those see it who may share with it.
type Group struct {
	ID      access.GroupID `json:"id"`
	Name    string         `json:"name"`
	Members int            `json:"members"`
}

// Picker says whom users find; administrators find everyone.
type Picker struct{ Users, Groups bool }

// Deps are what the service needs.
type Deps struct {
	DB       *db.DB
	Identity *identity.Service
	// Changed is told of each user who is in other groups now, and so may see
	// other things.
	Changed func(identity.UserID)
	// Picker says whom users find; nil is everyone.
	Picker func() Picker
	// Erase deletes a user with all that is theirs.
	Erase func(context.Context, identity.UserID) error
}

// Service is the feature.
type Service struct {
	Deps
	patient *limit.Bucket
}

// New returns the service.
func New(deps Deps) *Service {
	if deps.Picker == nil {
		deps.Picker = func() Picker { return Picker{Users: true, Groups: true} }
	}
	return &Service{Deps: deps, patient: limit.NewBucket(searches, pause, 10_000)}
}

// Spec says what the feature holds.
func (s *Service) Spec() feature.Spec { return feature.Spec{Name: "people", Routes: s.routes} }

type query struct {
	Text string `query:"q" maxLength:"100" doc:"The beginning of a name or an e-mail address, two characters or more"`
}

func (s *Service) search(ctx context.Context, in *query) (Answer, error) {
	p, _ := identity.From(ctx)
	if wait := s.patient.Take(string(p.User)); wait > 0 {
		return Answer{}, ErrThrottled.After(wait)
	}
	isAdmin := p.Role == identity.RoleAdmin
	text, _ := plain.Line(in.Text, 100)
	out := Answer{People: []Found{}, Groups: []Group{}}
	finds := s.Picker()
	if isAdmin {
		finds = Picker{Users: true, Groups: true}
	}
	groups, err := s.groups(ctx, p.User, isAdmin)
	if err != nil {
		return Answer{}, err
	}
	for _, g := range groups {
		if finds.Groups && len(out.Groups) < most && startsAWord(g.Name, text) {
			out.Groups = append(out.Groups, Group{ID: g.ID, Name: g.Name, Members: g.Members})
		}
	}
	if !finds.Users || len([]rune(text)) < minQuery {
		return out, nil
	}
	out.People, err = s.find(ctx, p.User, text)
	for i := range out.People {
		if !isAdmin {
			out.People[i].Email = shorten(out.People[i].Email)
		}
	}
	return out, err
}

func (s *Service) groups(ctx context.Context, user identity.UserID, isAdmin bool) ([]access.Group, error) {
	if isAdmin {
		return access.ListGroups(ctx, s.DB)
	}
	return access.GroupsOf(ctx, s.DB, user)
}

// find returns users other than who asks whose address, or a word of whose name,
// begins with text.
func (s *Service) find(ctx context.Context, who identity.UserID, text string) ([]Found, error) {
	args := []any{string(who), most}
	var matches []string
	add := func(column, pattern string) {
		args = append(args, pattern)
		matches = append(matches, fmt.Sprintf(`%s LIKE $%d ESCAPE '\'`, column, len(args)))
	}
	typed := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
	add("email", strings.ToLower(typed))
	// Databases fold the case of a to z alone: other letters are tried as they
	// were typed and as names are written.
	for _, pattern := range []string{strings.ToLower(typed), typed, capitals(typed)} {
		add("LOWER(name)", pattern)
		add("LOWER(name)", "% "+pattern)
		add("name", pattern)
		add("name", "% "+pattern)
	}
	rows, err := s.DB.Query(ctx, `SELECT id, name, email FROM users WHERE id <> $1 AND NOT disabled AND (`+
		strings.Join(matches, " OR ")+`) ORDER BY LOWER(name), id LIMIT $2`, args...)
	if err != nil {
		return nil, fmt.Errorf("find people: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	found := []Found{}
	for rows.Next() {
		var f Found
		if err := rows.Scan(&f.ID, &f.Name, &f.Email); err != nil {
			return nil, fmt.Errorf("find people: %w", err)
		}
		found = append(found, f)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("find people: %w", err)
	}
	return found, nil
}

// capitals is text with a capital letter at the beginning of each word.
func capitals(text string) string {
	words := strings.Split(strings.ToLower(text), " ")
	for i, word := range words {
		first, size := utf8.DecodeRuneInString(word)
		if size > 0 {
			words[i] = string(unicode.ToTitle(first)) + word[size:]
		}
	}
	return strings.Join(words, " ")
}

// startsAWord reports whether text begins a word of name.
func startsAWord(name, text string) bool {
	name, text = plain.Key(name), plain.Key(text)
	return strings.HasPrefix(name, text) || strings.Contains(name, " "+text)
}

// shorten leaves enough of an address to tell two people of one name apart.
func shorten(email string) string {
	name, host, _ := strings.Cut(email, "@")
	letters := []rune(name)
	return string(letters[:min(2, len(letters))]) + "…@" + host
}

type groupIn struct {
	Name        string `json:"name" maxLength:"300"`
	Description string `json:"description,omitempty" maxLength:"2000"`
}

type byGroup struct {
	Group access.GroupID `path:"group"`
}

type byMember struct {
	Group access.GroupID  `path:"group"`
	User  identity.UserID `path:"user"`
}

type groupList struct {
	Items []access.Group `json:"items"`
}

type memberList struct {
	Items []access.Member `json:"items"`
}

func (s *Service) routes(r *rest.Router) {
	rest.Handle(r, "GET /api/people", access.SignedIn, s.search, rest.Summary("Find people and groups to share with"))
	s.accountRoutes(r)
	rest.Handle(r, "GET /api/groups", access.Admin, s.list, rest.Summary("List all groups"))
	rest.Handle(r, "POST /api/groups", access.Admin, s.create, rest.Summary("Make a group"))
	rest.Handle(r, "PATCH /api/groups/{group}", access.Admin, s.change, rest.Summary("Rename or describe a group"))
	rest.Handle(r, "DELETE /api/groups/{group}", access.Admin, s.delete, rest.Summary("Delete a group with what was granted to it"))
	rest.Handle(r, "GET /api/groups/{group}/members", access.Admin, s.members, rest.Summary("List who is in a group"))
	rest.Handle(r, "PUT /api/groups/{group}/members/{user}", access.Admin, s.add, rest.Summary("Put a user into a group"))
	rest.Handle(r, "DELETE /api/groups/{group}/members/{user}", access.Admin, s.remove, rest.Summary("Take a user out of a group"))
}

func (s *Service) list(ctx context.Context, _ *struct{}) (groupList, error) {
	all, err := access.ListGroups(ctx, s.DB)
	return groupList{Items: all}, err
}

func (s *Service) create(ctx context.Context, in *struct{ Body groupIn }) (made access.Group, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		made, err = access.CreateGroup(ctx, tx, in.Body.Name, in.Body.Description)
		return err
	})
	return made, err
}

func (s *Service) change(ctx context.Context, in *struct {
	Group access.GroupID `path:"group"`
	Body  struct {
		Name        *string `json:"name,omitempty" maxLength:"300"`
		Description *string `json:"description,omitempty" maxLength:"2000"`
	}
},
) (changed access.Group, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		g, err := access.FindGroup(ctx, tx, in.Group)
		if err != nil {
			return err
		}
		if in.Body.Name != nil {
			g.Name = *in.Body.Name
		}
		if in.Body.Description != nil {
			g.Description = *in.Body.Description
		}
		changed, err = access.ChangeGroup(ctx, tx, g.ID, g.Name, g.Description)
		return err
	})
	return changed, err
}

func (s *Service) delete(ctx context.Context, in *byGroup) (rest.None, error) {
	return rest.None{}, s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		members, err := access.Members(ctx, tx, in.Group)
		if err != nil {
			return err
		}
		tx.AfterCommit(func() {
			for _, m := range members {
				s.Changed(m.ID)
			}
		})
		return access.DeleteGroup(ctx, tx, in.Group)
	})
}

func (s *Service) members(ctx context.Context, in *byGroup) (memberList, error) {
	if _, err := access.FindGroup(ctx, s.DB, in.Group); err != nil {
		return memberList{}, err
	}
	all, err := access.Members(ctx, s.DB, in.Group)
	return memberList{Items: all}, err
}

func (s *Service) add(ctx context.Context, in *byMember) (rest.None, error) {
	return rest.None{}, s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		tx.AfterCommit(func() { s.Changed(in.User) })
		return access.AddMember(ctx, tx, in.Group, in.User)
	})
}

func (s *Service) remove(ctx context.Context, in *byMember) (rest.None, error) {
	return rest.None{}, s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		tx.AfterCommit(func() { s.Changed(in.User) })
		return access.RemoveMember(ctx, tx, in.Group, in.User)
	})
}
