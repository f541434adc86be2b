package usage

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/meter"
)

// figures are the columns that every table has.
var figures = []string{
	"calls", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens", "cost_usd",
	"unpriced_calls", "estimated_calls",
}

func cells(s meter.Sum) []string {
	whole := func(n int64) string { return strconv.FormatInt(n, 10) }
	return []string{
		whole(s.Calls), whole(s.Input), whole(s.Output), whole(s.CacheRead), whole(s.CacheWrite), whole(s.Reasoning),
		strconv.FormatFloat(s.Cost, 'f', -1, 64), whole(s.Unpriced), whole(s.Estimated),
	}
}

// text is a cell that someone else wrote. A spreadsheet would take it for a
// formula if it began with one of these
// (https://owasp.org/www-community/attacks/CSV_Injection).
func text(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func spanOf(r *http.Request) Span {
	q := r.URL.Query()
	return Span{From: q.Get("from"), To: q.Get("to"), Zone: q.Get("zone")}
}

func (s *Service) ownCSV(w http.ResponseWriter, r *http.Request) error {
	span, uses, err := s.uses(r.Context(), spanOf(r), access.ScopeOf(r.Context()).User)
	if err != nil {
		return err
	}
	rows := [][]string{append([]string{"day", "model"}, figures...)}
	for _, u := range uses {
		rows = append(rows, append([]string{u.Day, text(u.Model)}, cells(u.Sum)...))
	}
	return write(w, span, rows)
}

func (s *Service) allCSV(w http.ResponseWriter, r *http.Request) error {
	span, uses, err := s.uses(r.Context(), spanOf(r), identity.UserID(r.URL.Query().Get("user")))
	if err != nil {
		return err
	}
	people, err := s.people(r.Context())
	if err != nil {
		return err
	}
	rows := [][]string{append([]string{"day", "user", "email", "name", "model"}, figures...)}
	for _, u := range uses {
		p := people[u.User]
		rows = append(rows, append([]string{u.Day, string(u.User), text(p.Email), text(p.Name), text(u.Model)}, cells(u.Sum)...))
	}
	return write(w, span, rows)
}

func write(w http.ResponseWriter, span meter.Span, rows [][]string) error {
	name := "usage-" + span.From.Format("20060102") + "-" + span.To.Format("20060102") + ".csv"
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "no-store")
	return csv.NewWriter(w).WriteAll(rows)
}
