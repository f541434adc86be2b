package provider

import (
	"slices"

	"parley/internal/llm/catalog"
)

// Added lists the providers that administrators added, as endpoints.custom of
// the configuration file would have them. Those that no custom endpoint can be,
// such as those in a cloud of their own, are left out. The keys are in it.
func (s *Service) Added() []Entry {
	var all []Entry
	for _, p := range s.now.Load().order {
		plain := p.protocol == catalog.ProtocolChat || p.protocol == catalog.ProtocolAnthropic
		if p.source != UI || !plain || p.baseURL == "" || p.kind == kindDemo {
			continue
		}
		e := Entry{
			Name: p.name, BaseURL: p.baseURL, Models: EntryModels{Default: slices.Clone(p.models), Fetch: p.fetch},
			Shared: Shared{TitleConvo: new(p.titles), Tuning: p.tuning},
		}
		if len(p.keys) > 0 {
			e.APIKey, e.APIKeys = p.keys[0], slices.Clone(p.keys[1:])
		}
		if p.protocol == catalog.ProtocolAnthropic {
			e.Provider = kindAnthropic
		}
		all = append(all, e)
	}
	return all
}
