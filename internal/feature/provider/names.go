package provider

import (
	"context"

	"parley/internal/identity"
)

// Names lists the models that user may choose from as "provider/model", those
// of one provider together and in its order.
func (s *Service) Names(_ context.Context, _ identity.UserID) []string {
	var names []string
	for _, p := range s.now.Load().order {
		for _, m := range p.list.Load().models {
			names = append(names, m.ID)
		}
	}
	return names
}
