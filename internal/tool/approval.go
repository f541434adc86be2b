package tool

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
)

// Migrations makes the table of approvals.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Approvals is what users decided about tools that ask before they run.
type Approvals struct{}

// Get returns what user chose for the named tools; a tool without a choice is
// absent. No names means all.
func (Approvals) Get(ctx context.Context, q db.Querier, user identity.UserID, names ...string) (map[string]Approval, error) {
	query := `SELECT tool, approval FROM tool_approvals WHERE user_id = $1`
	args := []any{string(user)}
	if len(names) > 0 {
		query += ` AND tool IN (` + db.Placeholders(2, len(names)) + `)`
		for _, name := range names {
			args = append(args, name)
		}
	}
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read tool approvals: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	chosen := map[string]Approval{}
	for rows.Next() {
		var name, approval string
		if err := rows.Scan(&name, &approval); err != nil {
			return nil, fmt.Errorf("read tool approvals: %w", err)
		}
		chosen[name] = Approval(approval)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read tool approvals: %w", err)
	}
	return chosen, nil
}

// Set remembers user's choice for a tool: Ask, Always or Never.
func (Approvals) Set(ctx context.Context, q db.Querier, user identity.UserID, name string, approval Approval) error {
	switch approval {
	case Ask, Always, Never:
	default:
		return fault.New(fault.Invalid, "approval_invalid", `An approval is "ask", "always" or "never".`)
	}
	_, err := q.Exec(ctx, `INSERT INTO tool_approvals (user_id, tool, approval, updated_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (user_id, tool) DO UPDATE SET approval = excluded.approval, updated_at = excluded.updated_at`,
		string(user), name, string(approval), db.Millis(time.Now()))
	if err != nil {
		return fmt.Errorf("save approval of tool %s: %w", name, err)
	}
	return nil
}

// Erase forgets all choices of user.
func (Approvals) Erase(ctx context.Context, q db.Querier, user identity.UserID) error {
	if _, err := q.Exec(ctx, `DELETE FROM tool_approvals WHERE user_id = $1`, string(user)); err != nil {
		return fmt.Errorf("erase tool approvals: %w", err)
	}
	return nil
}

// Export writes all choices of user as JSON, {"approvals": {tool: choice}}.
func (a Approvals) Export(ctx context.Context, q db.Querier, user identity.UserID, w io.Writer) error {
	chosen, err := a.Get(ctx, q, user)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(map[string]any{"approvals": chosen})
}

// Effective is what holds for a tool: what it asks for, or what the user chose
// instead. chosen comes from [Approvals.Get].
func Effective(spec Spec, chosen map[string]Approval) Approval {
	if spec.Approval == None {
		return None
	}
	if choice, ok := chosen[spec.Name]; ok {
		return choice
	}
	return Ask
}
