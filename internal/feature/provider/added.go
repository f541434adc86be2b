package provider

import "parley/internal/llm/catalog"

// Added lists the providers that administrators added, as endpoints.custom of
// the configuration file would have them, but for the demo. The keys are in it.
func (s *Service) Added() []Entry {
	var all []Entry
	for _, p := range s.now.Load().order {
		if p.source != UI || p.kind == catalog.Demo {
			continue
		}
		e := Entry{
			Name: p.name, APIKey: p.key(), BaseURL: p.baseURL, Models: EntryModels{Default: Models(p.models...), Fetch: p.fetch},
			Region: p.options.Region, Project: p.options.Project, Version: p.options.Version,
			Shared: Shared{TitleConvo: new(p.titles), Tuning: p.tuning},
		}
		if len(p.keys) > 1 {
			e.APIKeys = p.keys[1:]
		}
		if p.kind != catalog.Custom {
			e.Provider = p.kind
		}
		all = append(all, e)
	}
	return all
}
