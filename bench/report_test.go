package main

import (
	"strings"
	"testing"
	"time"
)

func TestReportTellsWhatWasMissed(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		row  Row
		kept bool
		text string
	}{
		"below most":  {most("lag", 9.4, 10, "ms"), true, "9.40 ms"},
		"above most":  {most("lag", 10.01, 10, "ms"), false, "NO"},
		"above least": {least("speed", 50_001, 50_000, "tokens/s"), true, ">= 50000"},
		"below least": {least("speed", 49_999, 50_000, "tokens/s"), false, "NO"},
		"only told":   {figure("proxy", 3, "us"), true, "3 us"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := newReport(false)
			report.Rows = []Row{c.row}
			if report.kept() != c.kept {
				t.Errorf("kept: %t, want %t", report.kept(), c.kept)
			}
			for form, write := range map[string]func() (string, error){
				"table":    func() (string, error) { var b strings.Builder; err := report.writeTable(&b); return b.String(), err },
				"markdown": func() (string, error) { var b strings.Builder; err := report.writeMarkdown(&b); return b.String(), err },
			} {
				text, err := write()
				if err != nil || !strings.Contains(text, c.text) {
					t.Errorf("%s lacks %q (error %v):\n%s", form, c.text, err, text)
				}
			}
		})
	}
}

func TestAMeasurementThatFailedIsMissed(t *testing.T) {
	t.Parallel()
	report := newReport(false)
	report.Errors["start"] = "no server"
	if report.kept() {
		t.Error("a report with an error counts as kept")
	}
}

func TestQuantiles(t *testing.T) {
	t.Parallel()
	var all []time.Duration
	for i := range 200 {
		all = append(all, time.Duration(200-i)*time.Millisecond)
	}
	want := Quantiles{P50: 100, P99: 198, Max: 200}
	if got := quantiles(all); got != want {
		t.Errorf("quantiles %+v, want %+v", got, want)
	}
	if got := quantiles(nil); got != (Quantiles{}) {
		t.Errorf("quantiles of nothing: %+v", got)
	}
	if odd, even := median([]float64{9, 1, 5}), median([]float64{4, 1, 2, 9}); odd != 5 || even != 3 {
		t.Errorf("medians %v and %v, want 5 and 3", odd, even)
	}
}
