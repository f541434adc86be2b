package access_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"parley/internal/access"
	"parley/internal/audit"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/id"
	"parley/internal/kit/testkit"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// house is a database with people in it.
type house struct {
	t  *testing.T
	db *db.DB
}

func houses(t *testing.T, test func(h house)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(t.Context(), audit.Migrations, identity.Migrations, access.Migrations); err != nil {
			t.Fatal(err)
		}
		test(house{t, d})
	})
}

func (h house) user(name string) identity.UserID {
	h.t.Helper()
	made := identity.UserID(id.New())
	if _, err := h.db.Exec(h.t.Context(), `INSERT INTO users (id, email, name, role, password_hash, created_at)
		VALUES ($1, $2, $3, 'user', '', 0)`, string(made), name+"@example.com", name); err != nil {
		h.t.Fatal(err)
	}
	return made
}

func (h house) tx(ctx context.Context, work func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	if err := h.db.Tx(ctx, work); err != nil {
		h.t.Fatal(err)
	}
}

func (h house) group(name string, members ...identity.UserID) (made access.Group) {
	h.t.Helper()
	h.tx(h.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = access.CreateGroup(ctx, tx, name, "")
		for _, m := range members {
			err = errors.Join(err, access.AddMember(ctx, tx, made.ID, m))
		}
		return err
	})
	return made
}

// share shares as a user and returns the code of the fault, "" for none.
func (h house) share(by identity.Principal, thing string, grants ...access.Grant) string {
	h.t.Helper()
	err := h.db.Tx(identity.With(h.t.Context(), by), func(ctx context.Context, tx *db.Tx) error {
		return access.Share(ctx, tx, "thing", thing, grants)
	})
	if err != nil {
		return fault.Of(err).Code
	}
	return ""
}

func toUser(u identity.UserID, right access.Right) access.Grant {
	return access.Grant{To: access.ToUser, ID: string(u), Right: right}
}

func toGroup(g access.Group, right access.Right) access.Grant {
	return access.Grant{To: access.ToGroup, ID: string(g.ID), Right: right}
}

func toAll(right access.Right) access.Grant {
	return access.Grant{To: access.ToEveryone, Right: right}
}

func TestMay(t *testing.T) {
	t.Parallel()
	houses(t, func(h house) {
		owner, viewer, editor, member, other := h.user("owner"), h.user("viewer"), h.user("editor"), h.user("member"), h.user("other")
		team := h.group("Team", member, viewer)
		mine, open, missing := id.New(), id.New(), id.New()
		p := identity.Principal{User: owner}
		if code := h.share(p, mine, toUser(viewer, access.View), toUser(editor, access.Edit)); code != "" {
			t.Fatal(code)
		}
		if code := h.share(identity.Principal{User: owner, Role: identity.RoleAdmin}, mine,
			toUser(viewer, access.View), toUser(editor, access.Edit), toGroup(team, access.Edit)); code != "" {
			t.Fatal(code)
		}
		if code := h.share(p, open, toAll(access.View)); code != "" {
			t.Fatal(code)
		}
		g := access.New()
		g.LookUp(h.db)
		g.Register("thing", func(_ context.Context, asked string) (identity.UserID, error) {
			if asked == missing {
				return "", access.ErrNotFound
			}
			return owner, nil
		})
		g.Register("other kind", func(context.Context, string) (identity.UserID, error) { return owner, nil })
		for _, c := range []struct {
			name  string
			kind  string
			right access.Right
			who   identity.UserID
			thing string
			want  string
		}{
			{"the owner views", "thing", access.View, owner, mine, ""},
			{"the owner edits", "thing", access.Edit, owner, mine, ""},
			{"an editor views", "thing", access.View, editor, mine, ""},
			{"an editor edits", "thing", access.Edit, editor, mine, ""},
			{"the better of two rights counts", "thing", access.Edit, viewer, mine, ""},
			{"a member has what the group has", "thing", access.Edit, member, mine, ""},
			{"others do not see it", "thing", access.View, other, mine, "not_found"},
			{"others do not edit it", "thing", access.Edit, other, mine, "not_found"},
			{"everyone views what is open", "thing", access.View, other, open, ""},
			{"everyone is told that it is to be looked at", "thing", access.Edit, other, open, "read_only"},
			{"a grant is for its kind alone", "other kind", access.View, editor, mine, "not_found"},
			{"what is missing is not found", "thing", access.View, owner, missing, "not_found"},
			{"no id", "thing", access.View, owner, "x", "not_found"},
			{"the anonymous learn nothing", "thing", access.View, "", open, "unauthenticated"},
			{"an unknown right is nobody's", "thing", access.Right("rule"), editor, mine, "read_only"},
		} {
			err := g.May(c.kind, c.right, "thing").Check(identity.With(t.Context(), identity.Principal{User: c.who}),
				func(string) string { return c.thing })
			got := ""
			if err != nil {
				got = fault.Of(err).Code
			}
			if got != c.want {
				h.t.Errorf("%s: got %q (%v), want %q", c.name, got, err, c.want)
			}
		}
		// The group's members lose what the group had when they leave it.
		h.tx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return access.RemoveMember(ctx, tx, team.ID, member) })
		if right, err := access.RightOf(t.Context(), h.db, access.Scope{User: member}, "thing", mine); err != nil || right != "" {
			h.t.Errorf("who left has %q (%v)", right, err)
		}
		if right, err := access.RightOf(t.Context(), h.db, access.Scope{}, "thing", open); err != nil || right != "" {
			h.t.Errorf("nobody has %q (%v)", right, err)
		}
	})
}

func TestMayWithoutGrants(t *testing.T) {
	t.Parallel()
	g := access.New()
	g.Register("thing", func(context.Context, string) (identity.UserID, error) { return "ann", nil })
	err := g.May("thing", access.View, "thing").Check(bob(t.Context()), func(string) string { return id.New() })
	if !errors.Is(err, access.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestShare(t *testing.T) {
	t.Parallel()
	houses(t, func(h house) {
		ann, bob, gone := h.user("ann"), h.user("bob"), h.user("gone")
		if _, err := h.db.Exec(t.Context(), `UPDATE users SET disabled = TRUE WHERE id = $1`, string(gone)); err != nil {
			t.Fatal(err)
		}
		own, foreign := h.group("Own", ann), h.group("Foreign", bob)
		by := identity.Principal{User: ann, Role: identity.RoleUser}
		admin := identity.Principal{User: ann, Role: identity.RoleAdmin}
		many := make([]access.Grant, access.MaxGrants+1)
		for i := range many {
			many[i] = toUser(identity.UserID(id.New()), access.View)
		}
		thing := id.New()
		for name, c := range map[string]struct {
			by     identity.Principal
			grants []access.Grant
			want   string
		}{
			"a person":                    {by, []access.Grant{toUser(bob, access.View)}, ""},
			"an own group":                {by, []access.Grant{toGroup(own, access.Edit)}, ""},
			"everyone":                    {by, []access.Grant{toAll(access.View)}, ""},
			"nobody":                      {by, nil, ""},
			"someone who does not exist":  {by, []access.Grant{toUser(identity.UserID(id.New()), access.View)}, "grantee_unknown"},
			"someone who is disabled":     {by, []access.Grant{toUser(gone, access.View)}, "grantee_unknown"},
			"a group of others":           {by, []access.Grant{toGroup(foreign, access.View)}, "grantee_unknown"},
			"a group of others, by admin": {admin, []access.Grant{toGroup(foreign, access.View)}, ""},
			"no group, by admin":          {admin, []access.Grant{{To: "group", ID: id.New(), Right: "view"}}, "grantee_unknown"},
			"no right":                    {by, []access.Grant{{To: "user", ID: string(bob)}}, "grant_invalid"},
			"an unknown right":            {by, []access.Grant{{To: "user", ID: string(bob), Right: "own"}}, "grant_invalid"},
			"a person without an id":      {by, []access.Grant{{To: "user", Right: "view"}}, "grant_invalid"},
			"everyone with an id":         {by, []access.Grant{{To: "everyone", ID: string(bob), Right: "view"}}, "grant_invalid"},
			"an unknown kind":             {by, []access.Grant{{To: "role", ID: "admin", Right: "view"}}, "grant_invalid"},
			"one person twice":            {by, []access.Grant{toUser(bob, access.View), toUser(bob, access.Edit)}, "grant_invalid"},
			"too many":                    {by, many, "grants_too_many"},
		} {
			if got := h.share(c.by, id.New(), c.grants...); got != c.want {
				h.t.Errorf("%s: got %q, want %q", name, got, c.want)
			}
		}

		// A later list replaces the former one; what was there may stay.
		h.share(admin, thing, toGroup(foreign, access.View), toUser(bob, access.View), toAll(access.View))
		if code := h.share(by, thing, toGroup(foreign, access.Edit), toUser(bob, access.Edit)); code != "" {
			h.t.Errorf("what was shared may not stay: %s", code)
		}
		want := []access.Grant{
			{To: "group", ID: string(foreign.ID), Name: "Foreign", Right: access.Edit},
			{To: "user", ID: string(bob), Name: "bob", Right: access.Edit},
		}
		h.sharedWith(thing, want)
		if code := h.share(by, thing, toAll(access.View), toUser(identity.UserID(id.New()), access.View)); code != "grantee_unknown" {
			h.t.Errorf("got %q", code)
		}
		h.sharedWith(thing, want) // a refused list changes nothing

		h.tx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return access.DeleteGroup(ctx, tx, foreign.ID) })
		h.sharedWith(thing, want[1:])
		if _, err := h.db.Exec(t.Context(), `DELETE FROM users WHERE id = $1`, string(bob)); err != nil {
			t.Fatal(err)
		}
		h.sharedWith(thing, nil)

		h.share(by, thing, toAll(access.View))
		last, err := audit.List(t.Context(), h.db, "", 1)
		if err != nil || len(last) != 1 || last[0].Action != access.GrantsChange || last[0].Actor != string(ann) || last[0].Target != thing || last[0].Detail["after"] != "1" {
			h.t.Errorf("the audit says %+v (%v)", last, err)
		}
		if err := access.Unshare(t.Context(), h.db, "thing", thing); err != nil {
			t.Fatal(err)
		}
		h.sharedWith(thing, nil)
	})
}

func (h house) sharedWith(thing string, want []access.Grant) {
	h.t.Helper()
	got, err := access.Grants(h.t.Context(), h.db, "thing", thing)
	if err != nil {
		h.t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		h.t.Errorf("shared with (-want +got):\n%s", diff)
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	houses(t, func(h house) {
		ctx := t.Context()
		ann, bob := h.user("ann"), h.user("bob")
		team, board := h.group("Team", ann, bob), h.group("board", bob)
		names := func(groups []access.Group, err error) (all []string) {
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range groups {
				all = append(all, g.Name)
			}
			return all
		}
		if got := names(access.ListGroups(ctx, h.db)); !slices.Equal(got, []string{"board", "Team"}) {
			h.t.Errorf("the groups are %v", got)
		}
		if got := names(access.GroupsOf(ctx, h.db, ann)); !slices.Equal(got, []string{"Team"}) {
			h.t.Errorf("ann is in %v", got)
		}
		if got := names(access.GroupsOf(ctx, h.db, bob)); !slices.Equal(got, []string{"board", "Team"}) {
			h.t.Errorf("bob is in %v", got)
		}
		if got, err := access.FindGroup(ctx, h.db, team.ID); err != nil || got.Members != 2 {
			h.t.Errorf("the team is %+v (%v)", got, err)
		}
		change := func(work func(ctx context.Context, tx *db.Tx) error) string {
			if err := h.db.Tx(ctx, work); err != nil {
				return fault.Of(err).Code
			}
			return ""
		}
		create := func(name string) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				_, err := access.CreateGroup(ctx, tx, name, "")
				return err
			}
		}
		rename := func(group access.GroupID, name, text string) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				_, err := access.ChangeGroup(ctx, tx, group, name, text)
				return err
			}
		}
		add := func(group access.GroupID, user identity.UserID) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error { return access.AddMember(ctx, tx, group, user) }
		}
		long := string(make([]rune, 61))
		for name, c := range map[string]struct {
			work func(context.Context, *db.Tx) error
			want string
		}{
			"a name twice":               {create("  TEAM "), "group_exists"},
			"no name":                    {create(" \t"), "group_name_invalid"},
			"a name that is too long":    {create(long), "group_name_invalid"},
			"a name with a hidden sign":  {create("a\x00b"), "group_name_invalid"},
			"a name of another, later":   {rename(board.ID, "team", ""), "group_exists"},
			"a long description":         {rename(board.ID, "Board", long+long+long+long+long), "group_description_invalid"},
			"another way to write it":    {rename(board.ID, "Board", "Those who decide"), ""},
			"a group that is not there":  {rename("none", "X", ""), "not_found"},
			"a member twice":             {add(team.ID, ann), ""},
			"a member of no group":       {add("none", ann), "not_found"},
			"a member who does not live": {add(team.ID, "none"), "member_unknown"},
			"deleting what is not there": {func(ctx context.Context, tx *db.Tx) error { return access.DeleteGroup(ctx, tx, "none") }, "not_found"},
		} {
			if got := change(c.work); got != c.want {
				h.t.Errorf("%s: got %q, want %q", name, got, c.want)
			}
		}
		members, err := access.Members(ctx, h.db, team.ID)
		if err != nil || len(members) != 2 || members[0].Name != "ann" || members[0].Email != "ann@example.com" || members[0].Since.IsZero() {
			h.t.Errorf("the members are %+v (%v)", members, err)
		}
		if code := change(func(ctx context.Context, tx *db.Tx) error { return access.RemoveMember(ctx, tx, team.ID, bob) }); code != "" {
			h.t.Error(code)
		}
		if _, err := h.db.Exec(ctx, `DELETE FROM users WHERE id = $1`, string(ann)); err != nil {
			t.Fatal(err)
		}
		if members, err := access.Members(ctx, h.db, team.ID); err != nil || len(members) != 0 {
			h.t.Errorf("the members are still %+v (%v)", members, err)
		}
		entries, err := audit.List(ctx, h.db, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[audit.Action]bool{}
		for _, e := range entries {
			seen[e.Action] = true
		}
		for _, action := range []audit.Action{access.GroupCreate, access.GroupChange, access.MemberAdd, access.MemberDrop} {
			if !seen[action] {
				h.t.Errorf("%s is not in the audit", action)
			}
		}
	})
}
