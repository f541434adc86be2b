package clock_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/feature/clock"
	"parley/internal/tool"
)

func ask(t *testing.T, arguments string) tool.Result {
	t.Helper()
	tools, err := clock.New().Tools(t.Context(), "")
	if err != nil || len(tools) != 1 || tools[0].Spec().Approval != tool.None || !json.Valid(tools[0].Spec().Parameters) {
		t.Fatalf("%v, %v", tools, err)
	}
	result, err := tool.Execute(t.Context(), tools[0], tool.Call{Name: "current_time", Arguments: json.RawMessage(arguments)})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestTellsTheTimeOfAZone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // its clock starts at midnight UTC on 2000-01-01
		time.Sleep(190*24*time.Hour + 90*time.Minute) //nolint:forbidigo // a fake clock
		for arguments, want := range map[string]string{
			``:                                "2000-07-09T01:30:00Z (Sunday 9 July 2000, 01:30:00, week 27, time zone UTC, UTC+00:00)",
			`{"timezone":"Europe/Berlin"}`:    "2000-07-09T03:30:00+02:00 (Sunday 9 July 2000, 03:30:00, week 27, time zone Europe/Berlin, UTC+02:00)",
			`{"timezone":"asia/kolkata"}`:     "2000-07-09T07:00:00+05:30 (Sunday 9 July 2000, 07:00:00, week 27, time zone Asia/Kolkata, UTC+05:30)",
			`{"timezone":"America/New York"}`: "2000-07-08T21:30:00-04:00 (Saturday 8 July 2000, 21:30:00, week 27, time zone America/New_York, UTC-04:00)",
			`{"timezone":"tokyo"}`:            "2000-07-09T10:30:00+09:00 (Sunday 9 July 2000, 10:30:00, week 27, time zone Asia/Tokyo, UTC+09:00)",
		} {
			if got := ask(t, arguments); got.Content != want || got.IsError {
				t.Errorf("%s: %+v", arguments, got)
			}
		}
	})
}

func TestUnknownZones(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"Mars/Olympus", "../../etc/passwd", "Local", "Europe/", "😀", "\x00"} {
		text, _ := json.Marshal(map[string]string{"timezone": zone})
		if got := ask(t, string(text)); !got.IsError {
			t.Errorf("%q: %+v", zone, got)
		}
	}
}
