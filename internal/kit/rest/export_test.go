package rest

import "time"

// BodyPatience changes how long a small body may take.
func (r *Router) BodyPatience(d time.Duration) { r.bodyPatience = d }
