package access

import (
	"context"
	"embed"
	"fmt"
	"time"

	"parley/internal/audit"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/id"
	"parley/internal/kit/plain"
)

// Migrations makes the tables of groups and grants.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// The actions of groups in the audit.
const (
	GroupCreate audit.Action = "group.create"
	GroupChange audit.Action = "group.change"
	GroupDelete audit.Action = "group.delete"
	MemberAdd   audit.Action = "group.member.add"
	MemberDrop  audit.Action = "group.member.remove"
)

// Faults of groups.
var (
	ErrGroupName  = fault.New(fault.Invalid, "group_name_invalid", "A group's name has 1 to 60 printable characters.")
	ErrGroupText  = fault.New(fault.Invalid, "group_description_invalid", "A group's description has at most 300 printable characters.")
	ErrGroupTaken = fault.New(fault.Conflict, "group_exists", "There is a group of this name already.")
	ErrNoMember   = fault.New(fault.Invalid, "member_unknown", "There is no such person.")
)

// GroupID identifies a [Group].
type GroupID string

// Group is a set of users that rights and limits can be given to. Administrators
// manage groups.
type Group struct {
	ID          GroupID   `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Members     int       `json:"members"`
	CreatedAt   time.Time `json:"createdAt"`
}

// Member is a user as part of a group.
type Member struct {
	ID    identity.UserID `json:"id"`
	Name  string          `json:"name"`
	Email string          `json:"email"`
	Since time.Time       `json:"since"`
}

const groupColumns = `g.id, g.name, g.description, (SELECT COUNT(*) FROM group_members n WHERE n.group_id = g.id), g.created_at`

func scanGroup(row interface{ Scan(...any) error }) (Group, error) {
	var g Group
	var created int64
	err := row.Scan(&g.ID, &g.Name, &g.Description, &g.Members, &created)
	if db.IsNone(err) {
		return Group{}, ErrNotFound
	}
	g.CreatedAt = db.Time(created)
	return g, err
}

// GroupsOf returns the groups that user is a member of, by name.
func GroupsOf(ctx context.Context, q db.Querier, user identity.UserID) ([]Group, error) {
	return listGroups(ctx, q, `JOIN group_members m ON m.group_id = g.id WHERE m.user_id = $1`, string(user))
}

// ListGroups returns all groups, by name.
func ListGroups(ctx context.Context, q db.Querier) ([]Group, error) { return listGroups(ctx, q, "") }

func listGroups(ctx context.Context, q db.Querier, where string, args ...any) ([]Group, error) {
	rows, err := q.Query(ctx, `SELECT `+groupColumns+` FROM access_groups g `+where+` ORDER BY g.name_key`, args...)
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	all := []Group{}
	for rows.Next() {
		g, err := scanGroup(rows)
		if err != nil {
			return nil, fmt.Errorf("list groups: %w", err)
		}
		all = append(all, g)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	return all, nil
}

// FindGroup returns the group with this id, or [ErrNotFound].
func FindGroup(ctx context.Context, q db.Querier, group GroupID) (Group, error) {
	g, err := scanGroup(q.QueryRow(ctx, `SELECT `+groupColumns+` FROM access_groups g WHERE g.id = $1`, string(group)))
	if err != nil {
		return Group{}, fmt.Errorf("find group %s: %w", group, err)
	}
	return g, nil
}

// CreateGroup makes a group without members. It returns [ErrGroupTaken] or what
// is wrong with the texts.
func CreateGroup(ctx context.Context, tx *db.Tx, name, description string) (Group, error) {
	name, description, err := groupTexts(name, description)
	if err != nil {
		return Group{}, err
	}
	g := Group{ID: GroupID(id.New()), Name: name, Description: description, CreatedAt: time.Now().UTC().Truncate(time.Millisecond)}
	result, err := tx.Exec(ctx, `INSERT INTO access_groups (id, name, name_key, description, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (name_key) DO NOTHING`, string(g.ID), name, plain.Key(name), description, db.Millis(g.CreatedAt))
	if err != nil {
		return Group{}, fmt.Errorf("create group: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil {
		return Group{}, fmt.Errorf("create group: %w", err)
	} else if n == 0 {
		return Group{}, ErrGroupTaken
	}
	return g, audit.Log(ctx, tx, identity.Entry(ctx, GroupCreate, string(g.ID)))
}

// ChangeGroup gives a group another name and description. It returns
// [ErrNotFound], [ErrGroupTaken] or what is wrong with the texts.
func ChangeGroup(ctx context.Context, tx *db.Tx, group GroupID, name, description string) (Group, error) {
	name, description, err := groupTexts(name, description)
	if err != nil {
		return Group{}, err
	}
	_, err = tx.Exec(ctx, `UPDATE access_groups SET name = $2, name_key = $3, description = $4 WHERE id = $1`,
		string(group), name, plain.Key(name), description)
	if db.IsUnique(err) {
		return Group{}, ErrGroupTaken
	}
	if err != nil {
		return Group{}, fmt.Errorf("change group %s: %w", group, err)
	}
	g, err := FindGroup(ctx, tx, group)
	if err != nil {
		return Group{}, err
	}
	return g, audit.Log(ctx, tx, identity.Entry(ctx, GroupChange, string(group)))
}

// DeleteGroup deletes a group with what was granted to it, or returns
// [ErrNotFound].
func DeleteGroup(ctx context.Context, tx *db.Tx, group GroupID) error {
	result, err := tx.Exec(ctx, `DELETE FROM access_groups WHERE id = $1`, string(group))
	if err != nil {
		return fmt.Errorf("delete group %s: %w", group, err)
	}
	if n, err := result.RowsAffected(); err != nil {
		return fmt.Errorf("delete group %s: %w", group, err)
	} else if n == 0 {
		return ErrNotFound
	}
	return audit.Log(ctx, tx, identity.Entry(ctx, GroupDelete, string(group)))
}

// Members returns who is in a group, by name.
func Members(ctx context.Context, q db.Querier, group GroupID) ([]Member, error) {
	rows, err := q.Query(ctx, `SELECT u.id, u.name, u.email, m.created_at FROM group_members m JOIN users u ON u.id = m.user_id
		WHERE m.group_id = $1 ORDER BY u.name, u.id`, string(group))
	if err != nil {
		return nil, fmt.Errorf("list members of group %s: %w", group, err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	all := []Member{}
	for rows.Next() {
		var m Member
		var since int64
		if err := rows.Scan(&m.ID, &m.Name, &m.Email, &since); err != nil {
			return nil, fmt.Errorf("list members of group %s: %w", group, err)
		}
		m.Since = db.Time(since)
		all = append(all, m)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list members of group %s: %w", group, err)
	}
	return all, nil
}

// AddMember puts a user into a group; one who is in it already stays. It returns
// [ErrNotFound] for the group and [ErrNoMember] for the user.
func AddMember(ctx context.Context, tx *db.Tx, group GroupID, user identity.UserID) error {
	if _, err := FindGroup(ctx, tx, group); err != nil {
		return err
	}
	if known, err := exists(ctx, tx, `SELECT 1 FROM users WHERE id = $1`, string(user)); err != nil {
		return fmt.Errorf("add member to group %s: %w", group, err)
	} else if !known {
		return ErrNoMember
	}
	_, err := tx.Exec(ctx, `INSERT INTO group_members (group_id, user_id, created_at) VALUES ($1, $2, $3)
		ON CONFLICT (group_id, user_id) DO NOTHING`, string(group), string(user), db.Millis(time.Now()))
	if err != nil {
		return fmt.Errorf("add member to group %s: %w", group, err)
	}
	return logMember(ctx, tx, MemberAdd, group, user)
}

// RemoveMember takes a user out of a group; one who is not in it is no error.
func RemoveMember(ctx context.Context, tx *db.Tx, group GroupID, user identity.UserID) error {
	_, err := tx.Exec(ctx, `DELETE FROM group_members WHERE group_id = $1 AND user_id = $2`, string(group), string(user))
	if err != nil {
		return fmt.Errorf("remove member from group %s: %w", group, err)
	}
	return logMember(ctx, tx, MemberDrop, group, user)
}

func logMember(ctx context.Context, tx *db.Tx, action audit.Action, group GroupID, user identity.UserID) error {
	e := identity.Entry(ctx, action, string(group))
	e.Detail = map[string]string{"user": string(user)}
	return audit.Log(ctx, tx, e)
}

func exists(ctx context.Context, q db.Querier, query string, args ...any) (bool, error) {
	var found bool
	err := q.QueryRow(ctx, `SELECT EXISTS (`+query+`)`, args...).Scan(&found)
	return found, err
}

func groupTexts(name, description string) (string, string, error) {
	name, ok := plain.Line(name, 60)
	if !ok || name == "" {
		return "", "", ErrGroupName
	}
	description, ok = plain.Line(description, 300)
	if !ok {
		return "", "", ErrGroupText
	}
	return name, description, nil
}
