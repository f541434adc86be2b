package file

import (
	"fmt"
	"regexp"
	"slices"

	"parley/internal/kit/fault"
)

// The faults of files that may not go with a message.
var (
	ErrDisabled = fault.New(fault.Unsupported, "files_disabled", "Files cannot be sent to this model here.")
	ErrTooMany  = fault.New(fault.TooLarge, "files_too_many", "These are too many files for one message.")
	ErrTotal    = fault.New(fault.TooLarge, "files_too_large", "These files are too large together.")
	ErrKind     = fault.New(fault.Unsupported, "file_kind_refused", "Files of this kind cannot be sent to this model here.")
)

// Limits are those on the files of one message. What is zero does not limit.
type Limits struct {
	Disabled bool  `json:"disabled,omitempty"`
	Count    int   `json:"count,omitempty"`
	Bytes    int64 `json:"bytes,omitempty" doc:"The largest file."`
	Total    int64 `json:"total,omitempty" doc:"All files of a message together."`
	// Types are regular expressions for media types, of which one has to fit.
	Types []string `json:"types,omitempty" doc:"Regular expressions for media types, one of which has to match."`
}

// Check returns why a message may not have files.
func (l Limits) Check(files []File) error {
	if len(files) == 0 {
		return nil
	}
	if l.Disabled {
		return ErrDisabled
	}
	if l.Count > 0 && len(files) > l.Count {
		return ErrTooMany.Saying(fmt.Sprintf("The limit is %d.", l.Count))
	}
	var total int64
	for _, f := range files {
		total += f.Size
		if l.Bytes > 0 && f.Size > l.Bytes {
			return ErrTooLarge.Saying(fmt.Sprintf("%s is larger than %s.", f.Name, megabytes(l.Bytes)))
		}
		if !l.takes(f.MIME) {
			return ErrKind.Saying(fmt.Sprintf("%s is %s.", f.Name, f.MIME))
		}
	}
	if l.Total > 0 && total > l.Total {
		return ErrTotal.Saying(fmt.Sprintf("The limit is %s.", megabytes(l.Total)))
	}
	return nil
}

func (l Limits) takes(mime string) bool {
	return len(l.Types) == 0 || slices.ContainsFunc(l.Types, func(pattern string) bool {
		fits, err := regexp.MatchString(pattern, mime)
		return fits && err == nil
	})
}

func megabytes(n int64) string { return fmt.Sprintf("%.4g MB", float64(n)/(1<<20)) }
