package app

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"parley/internal/feature/signin"
	"parley/internal/file"
	"parley/internal/kit/conf"
)

// FileConfig is the section fileConfig of the configuration, as far as it acts.
// Sizes are in MB.
type FileConfig struct {
	// Endpoints are the limits on the files of a message, by the provider of its
	// model: its name, what LibreChat calls its kind, custom for what that does not
	// know, or default, which also fills in what the others leave out.
	Endpoints           map[string]EndpointFiles `yaml:"endpoints"`
	ServerFileSizeLimit float64                  `yaml:"serverFileSizeLimit"`
	ClientImageResize   ImageResize              `yaml:"clientImageResize"`
}

// EndpointFiles are the limits of one endpoint.
type EndpointFiles struct {
	Disabled           *bool    `yaml:"disabled" conf:"strict"`
	FileLimit          int      `yaml:"fileLimit"`
	FileSizeLimit      float64  `yaml:"fileSizeLimit"`
	TotalSizeLimit     float64  `yaml:"totalSizeLimit"`
	SupportedMimeTypes []string `yaml:"supportedMimeTypes" conf:"strict"`
}

// ImageResize has browsers make pictures smaller before they upload them.
type ImageResize struct {
	Enabled        bool    `yaml:"enabled"`
	MaxWidth       int     `yaml:"maxWidth"`
	MaxHeight      int     `yaml:"maxHeight"`
	Quality        float64 `yaml:"quality"`
	CompressFormat string  `yaml:"compressFormat"`
}

func defaultFiles() FileConfig {
	return FileConfig{ClientImageResize: ImageResize{MaxWidth: 1900, MaxHeight: 1900, Quality: 0.92, CompressFormat: "jpeg"}}
}

func (c FileConfig) check() error {
	for name, e := range c.Endpoints {
		for i, pattern := range e.SupportedMimeTypes {
			if _, err := regexp.Compile(pattern); err != nil {
				path := fmt.Sprintf("fileConfig.endpoints.%s.supportedMimeTypes[%d]", name, i)
				return conf.WrongAt(path, "%s: %q is not a regular expression: %v", path, pattern, err)
			}
		}
	}
	return nil
}

// Names under which limits stand.
const (
	forOthers = "default"
	forCustom = "custom"
	forAgents = "agents" // LibreChat's custom endpoints run as agents
)

// limits are those on the files of a message to a model of a provider; kind is
// what LibreChat calls its kind, if it does.
func (c FileConfig) limits(provider, kind string) file.Limits {
	places := []string{provider, kind}
	if kind == "" {
		places = []string{provider, forCustom, forAgents}
	}
	usual, _ := c.at(forOthers)
	own := usual
	for _, place := range places {
		if e, ok := c.at(place); ok {
			own = e
			break
		}
	}
	l := file.Limits{
		Count: cmp.Or(own.FileLimit, usual.FileLimit), Types: own.SupportedMimeTypes,
		Bytes: bytesOf(cmp.Or(own.FileSizeLimit, usual.FileSizeLimit)), Total: bytesOf(cmp.Or(own.TotalSizeLimit, usual.TotalSizeLimit)),
	}
	if disabled := cmp.Or(own.Disabled, usual.Disabled); disabled != nil {
		l.Disabled = *disabled
	}
	if len(l.Types) == 0 {
		l.Types = usual.SupportedMimeTypes
	}
	return l
}

func (c FileConfig) at(endpoint string) (e EndpointFiles, ok bool) {
	for name, e := range c.Endpoints {
		if strings.EqualFold(name, endpoint) {
			return e, true
		}
	}
	return EndpointFiles{}, false
}

func bytesOf(megabytes float64) int64 { return int64(megabytes * (1 << 20)) }

// maxUpload is the size of the largest upload: our own key, else LibreChat's.
func (c Config) maxUpload() int64 {
	if limit := bytesOf(c.FileConfig.ServerFileSizeLimit); limit > 0 && c.Files.MaxBytes == file.DefaultMaxBytes {
		return limit
	}
	return c.Files.MaxBytes
}

// uploads is what browsers are told of files, for models of providers, of which
// LibreChat's names of their kinds are given.
func (c Config) uploads(kinds map[string]string) signin.Uploads {
	u := signin.Uploads{MaxBytes: c.maxUpload()}
	if len(c.FileConfig.Endpoints) > 0 {
		u.Limits = map[string]file.Limits{"": c.FileConfig.limits(forOthers, forOthers)}
		for provider, kind := range kinds {
			u.Limits[provider] = c.FileConfig.limits(provider, kind)
		}
	}
	if r := c.FileConfig.ClientImageResize; r.Enabled {
		u.Resize = &signin.Resize{Width: r.MaxWidth, Height: r.MaxHeight, Quality: r.Quality, Format: r.CompressFormat}
	}
	return u
}
