// Package clock is the tool that tells a model what time it is, in any time
// zone. The zones come with the binary.
package clock

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata"

	"parley/internal/feature"
	"parley/internal/identity"
	"parley/internal/kit/fault"
	"parley/internal/tool"
	// zones for machines that have none
)

// Service offers the tool.
type Service struct{}

// New returns the service.
func New() *Service { return &Service{} }

// Spec says what the feature holds.
func (s *Service) Spec() feature.Spec { return feature.Spec{Name: "clock", Tools: s} }

// Tools offers the clock to everyone; see [tool.Source].
func (*Service) Tools(context.Context, identity.UserID) ([]tool.Tool, error) {
	return []tool.Tool{clock{}}, nil
}

type clock struct{}

// Spec describes the tool.
func (clock) Spec() tool.Spec {
	return tool.Spec{
		Name:  "current_time",
		Label: "Current time",
		Description: "Tells the current date and time, the day of the week and the week of the year. " +
			"Use it whenever the answer depends on today's date or the time of day.",
		Parameters: json.RawMessage(`{
			"type": "object",
			"properties": {"timezone": {"type": "string", "description": "An IANA time zone such as Europe/Berlin or America/New_York; UTC if absent"}},
			"additionalProperties": false
		}`),
		Approval: tool.None,
		Timeout:  5 * time.Second,
	}
}

// ErrZone is returned for a time zone that does not exist.
var ErrZone = fault.New(fault.Invalid, "timezone_unknown", "This time zone is not known.")

// Run tells the time.
func (clock) Run(_ context.Context, call tool.Call) (tool.Result, error) {
	var in struct {
		Timezone string `json:"timezone,omitempty"`
	}
	if err := call.Decode(&in); err != nil {
		return tool.Result{}, err
	}
	zone, err := load(in.Timezone)
	if err != nil {
		return tool.Result{}, err
	}
	now := time.Now().In(zone)
	_, week := now.ISOWeek()
	return tool.Result{Content: fmt.Sprintf("%s (%s, week %d, time zone %s, UTC%s)",
		now.Format(time.RFC3339), now.Format("Monday 2 January 2006, 15:04:05"), week, zone, now.Format("-07:00"))}, nil
}

// load finds a zone by its IANA name in any case, or by the last part of it, as
// "Tokyo" for Asia/Tokyo.
func load(name string) (*time.Location, error) {
	name = strings.ReplaceAll(strings.TrimSpace(name), " ", "_")
	switch strings.ToUpper(name) {
	case "", "UTC", "Z", "GMT":
		return time.UTC, nil
	case "LOCAL":
		return nil, ErrZone.Saying(`The server's own time zone is not told; give one such as "Europe/Berlin".`)
	}
	candidates := []string{name, titled(name)}
	if !strings.Contains(name, "/") {
		for _, area := range []string{"Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian"} {
			candidates = append(candidates, area+"/"+titled(name))
		}
	}
	for _, candidate := range candidates {
		if zone, err := time.LoadLocation(candidate); err == nil {
			return zone, nil
		}
	}
	return nil, ErrZone.Saying(fmt.Sprintf(`%q is none; give an IANA name such as "Europe/Berlin".`, name))
}

// titled is "America/New_York" for "america/NEW_york".
func titled(name string) string {
	start := true
	return strings.Map(func(r rune) rune {
		letter := strings.ToLower(string(r))
		if start {
			letter = strings.ToUpper(letter)
		}
		start = strings.ContainsRune("/_-", r)
		return []rune(letter)[0]
	}, name)
}
