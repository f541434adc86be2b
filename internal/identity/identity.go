// Package identity knows who is who: users with their passwords, the sessions
// of browsers and the API keys of programs, and the [Principal] that a request
// carries.
//
// It decides who someone is, not what they may do (package access), and has no
// routes of its own: those are in the features signin, account and setup.
package identity
