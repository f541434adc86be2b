package access

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/audit"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/rest"
)

// Right is what someone may do with a thing that is not theirs.
type Right string

// The rights; each includes those before it. An owner may do everything, and
// only the owner may share or delete.
const (
	View Right = "view"
	Edit Right = "edit"
)

// Allows reports whether who has r may do what needs other.
func (r Right) Allows(other Right) bool { return r.rank() >= other.rank() && other.rank() > 0 }

func (r Right) rank() int { return slices.Index([]Right{"", View, Edit}, r) }

// Everyone, person and group are the kinds of whom a [Grant] is for.
const (
	ToUser     = "user"
	ToGroup    = "group"
	ToEveryone = "everyone"
)

// Grant gives a right to a user, to the members of a group, or to everyone who
// is signed in.
type Grant struct {
	// To is [ToUser], [ToGroup] or [ToEveryone].
	To string `json:"to" enum:"user,group,everyone"`
	// ID is the user's or the group's; empty for everyone.
	ID string `json:"id,omitempty" maxLength:"36"`
	// Name is the user's or the group's; what clients send of it is not read.
	Name  string `json:"name,omitempty"`
	Right Right  `json:"right" enum:"view,edit"`
}

// MaxGrants is how many grants one thing can have.
const MaxGrants = 200

// Faults of grants.
var (
	ErrReadOnly       = fault.New(fault.Forbidden, "read_only", "You may use this, but only its owner and those who were allowed to may change it.")
	ErrGrantInvalid   = fault.New(fault.Invalid, "grant_invalid", `A grant is to "user" or "group" with an id, or to "everyone", and its right is "view" or "edit".`)
	ErrGranteeUnknown = fault.New(fault.Invalid, "grantee_unknown", "One of the people or groups does not exist, or is not yours to share with.")
	ErrTooManyGrants  = fault.New(fault.Invalid, "grants_too_many", "This is shared with too many. Use a group.")
)

// Granted is a query for the things of a kind that were granted to a user, with
// the columns resource and level (1 to view, 2 to edit). The arguments are the
// numbers of the placeholders that hold the kind and the user.
func Granted(kind, user int) string {
	return strings.NewReplacer("$k", "$"+strconv.Itoa(kind), "$u", "$"+strconv.Itoa(user)).Replace(
		`SELECT resource, MAX(CASE allows WHEN 'edit' THEN 2 ELSE 1 END) AS level FROM grants
		WHERE kind = $k AND (user_id = $u OR group_id IN (SELECT m.group_id FROM group_members m WHERE m.user_id = $u)
			OR user_id IS NULL AND group_id IS NULL) GROUP BY resource`)
}

// RightFrom is the right that a level of [Granted] stands for; "" for 0.
func RightFrom(level int) Right {
	switch {
	case level >= 2:
		return Edit
	case level == 1:
		return View
	}
	return ""
}

// RightOf returns what was granted to the scope's user on a thing; "" is nothing.
func RightOf(ctx context.Context, q db.Querier, scope Scope, kind, resource string) (Right, error) {
	if scope.User == "" {
		return "", nil
	}
	var level int
	err := q.QueryRow(ctx, `SELECT level FROM (`+Granted(1, 2)+`) AS granted WHERE resource = $3`,
		kind, string(scope.User), resource).Scan(&level)
	if err != nil && !db.IsNone(err) {
		return "", fmt.Errorf("find the right to %s %s: %w", kind, resource, err)
	}
	return RightFrom(level), nil
}

// Grants returns with whom a thing is shared: everyone first, then groups, then
// people, by name.
func Grants(ctx context.Context, q db.Querier, kind, resource string) ([]Grant, error) {
	rows, err := q.Query(ctx, `SELECT COALESCE(r.user_id, ''), COALESCE(r.group_id, ''), COALESCE(u.name, g.name, ''), r.allows
		FROM grants r LEFT JOIN users u ON u.id = r.user_id LEFT JOIN access_groups g ON g.id = r.group_id
		WHERE r.kind = $1 AND r.resource = $2
		ORDER BY CASE WHEN r.user_id IS NOT NULL THEN 2 WHEN r.group_id IS NOT NULL THEN 1 ELSE 0 END, 3, 1, 2`, kind, resource)
	if err != nil {
		return nil, fmt.Errorf("list grants of %s %s: %w", kind, resource, err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	all := []Grant{}
	for rows.Next() {
		var user, group string
		g := Grant{To: ToEveryone}
		if err := rows.Scan(&user, &group, &g.Name, &g.Right); err != nil {
			return nil, fmt.Errorf("list grants of %s %s: %w", kind, resource, err)
		}
		switch {
		case user != "":
			g.To, g.ID = ToUser, user
		case group != "":
			g.To, g.ID = ToGroup, group
		}
		all = append(all, g)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list grants of %s %s: %w", kind, resource, err)
	}
	return all, nil
}

// GrantsChange is the action of [Share] in the audit.
const GrantsChange audit.Action = "grants.change"

// Share replaces whom a thing is shared with. A user may share with people and
// with the groups they are in, an administrator with every group; what is shared
// already may stay. It returns [ErrGrantInvalid], [ErrGranteeUnknown] or
// [ErrTooManyGrants].
func Share(ctx context.Context, tx *db.Tx, kind, resource string, wanted []Grant) error {
	if len(wanted) > MaxGrants {
		return ErrTooManyGrants
	}
	before, err := Grants(ctx, tx, kind, resource)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, g := range wanted {
		if err := g.check(); err != nil {
			return err
		}
		if seen[g.To+g.ID] {
			return ErrGrantInvalid
		}
		seen[g.To+g.ID] = true
		same := func(old Grant) bool { return old.To == g.To && old.ID == g.ID }
		if slices.ContainsFunc(before, same) {
			continue
		}
		if err := mayShareWith(ctx, tx, g); err != nil {
			return err
		}
	}
	if err := Unshare(ctx, tx, kind, resource); err != nil {
		return err
	}
	for _, g := range wanted {
		var user, group *string
		switch g.To {
		case ToUser:
			user = &g.ID
		case ToGroup:
			group = &g.ID
		}
		if _, err := tx.Exec(ctx, `INSERT INTO grants (kind, resource, user_id, group_id, allows, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			kind, resource, user, group, string(g.Right), db.Millis(time.Now())); err != nil {
			return fmt.Errorf("share %s %s: %w", kind, resource, err)
		}
	}
	e := identity.Entry(ctx, GrantsChange, resource)
	e.Detail = map[string]string{"kind": kind, "before": strconv.Itoa(len(before)), "after": strconv.Itoa(len(wanted))}
	return audit.Log(ctx, tx, e)
}

func (g Grant) check() error {
	addressed := g.To == ToEveryone && g.ID == "" || (g.To == ToUser || g.To == ToGroup) && g.ID != ""
	if !addressed || g.Right.rank() < 1 {
		return ErrGrantInvalid
	}
	return nil
}

func mayShareWith(ctx context.Context, tx *db.Tx, g Grant) error {
	var known bool
	var err error
	p, _ := identity.From(ctx)
	switch {
	case g.To == ToEveryone:
		return nil
	case g.To == ToUser:
		known, err = exists(ctx, tx, `SELECT 1 FROM users WHERE id = $1 AND NOT disabled`, g.ID)
	case p.Role == identity.RoleAdmin:
		known, err = exists(ctx, tx, `SELECT 1 FROM access_groups WHERE id = $1`, g.ID)
	default:
		known, err = exists(ctx, tx, `SELECT 1 FROM group_members WHERE group_id = $1 AND user_id = $2`, g.ID, string(p.User))
	}
	if err != nil {
		return fmt.Errorf("find %s %s: %w", g.To, g.ID, err)
	}
	if !known {
		return ErrGranteeUnknown
	}
	return nil
}

// Unshare takes back everything that was granted on a thing; whoever deletes a
// thing for good calls it.
func Unshare(ctx context.Context, q db.Querier, kind, resource string) error {
	if _, err := q.Exec(ctx, `DELETE FROM grants WHERE kind = $1 AND resource = $2`, kind, resource); err != nil {
		return fmt.Errorf("unshare %s %s: %w", kind, resource, err)
	}
	return nil
}

// LookUp says where grants are kept; without it only owners may do anything.
func (g *Guards) LookUp(q db.Querier) { g.grants = q }

// May lets the owner pass, and those to whom at least this right was granted.
// Who has a lesser right is told so with [ErrReadOnly]; for all others the
// thing does not exist.
func (g *Guards) May(kind string, right Right, param string) rest.Guard {
	return rest.Guard{
		Name: "may " + string(right) + " " + kind,
		Check: func(ctx context.Context, value func(string) string) error {
			owner, given, err := g.owner(ctx, kind, value(param))
			if err != nil {
				return err
			}
			scope := ScopeOf(ctx)
			if owner != "" && owner == scope.User {
				return nil
			}
			if g.grants == nil || owner == "" {
				return ErrNotFound
			}
			granted, err := RightOf(ctx, g.grants, scope, kind, given)
			switch {
			case err != nil:
				return err
			case granted.Allows(right):
				return nil
			case granted != "":
				return ErrReadOnly
			}
			return ErrNotFound
		},
	}
}
