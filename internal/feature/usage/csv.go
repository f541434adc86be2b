package usage

import (
	"encoding/csv"
	"errors"
	"net/http"
	"net/url"
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

// defaultDays is how many days are shown where nothing is said.
const defaultDays = 30

func (s *Service) ownCSV(w http.ResponseWriter, r *http.Request) error {
	return s.table(w, r, access.ScopeOf(r.Context()).User, []string{"day", "model"}, func(u meter.Use) []string {
		return []string{u.Day, text(u.Model)}
	})
}

func (s *Service) allCSV(w http.ResponseWriter, r *http.Request) error {
	people, err := s.people(r.Context())
	if err != nil {
		return err
	}
	user := identity.UserID(r.URL.Query().Get("user"))
	return s.table(w, r, user, []string{"day", "user", "email", "name", "model"}, func(u meter.Use) []string {
		p := people[u.User]
		return []string{u.Day, string(u.User), text(p.Email), text(p.Name), text(u.Model)}
	})
}

// table writes a line for each use of an empty user, who is everyone, or of one;
// head and of are what stands before the figures. It is written day by day: a
// year of many users is long.
func (s *Service) table(w http.ResponseWriter, r *http.Request, user identity.UserID, head []string, of func(meter.Use) []string) error {
	span, err := s.spanOf(r.URL.Query())
	if err != nil {
		return err
	}
	name := "usage-" + span.From.Format("20060102") + "-" + span.To.Format("20060102") + ".csv"
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "no-store")
	out := csv.NewWriter(w)
	err = out.Write(append(head, figures...))
	for _, day := range span.Days() {
		uses, failed := meter.UsesOn(r.Context(), s.DB, day, user)
		if err = errors.Join(err, failed); err != nil {
			break
		}
		for _, u := range uses {
			err = errors.Join(err, out.Write(append(of(u), cells(u.Sum)...)))
		}
	}
	out.Flush()
	return errors.Join(err, out.Error())
}

func (s *Service) spanOf(q url.Values) (meter.Span, error) {
	days := defaultDays
	if given := q.Get("days"); given != "" {
		var err error
		if days, err = strconv.Atoi(given); err != nil {
			return meter.Span{}, meter.ErrSpan
		}
	}
	return s.Ledger.Span(q.Get("from"), q.Get("to"), days)
}
