package identity

import "strings"

// sign is a text in a User-Agent header and what it stands for. The order
// matters: browsers also name those that they are related to.
type sign struct{ text, name string }

var browsers = []sign{
	{"Edg/", "Edge"},
	{"EdgA/", "Edge"},
	{"EdgiOS/", "Edge"},
	{"OPR/", "Opera"},
	{"Vivaldi/", "Vivaldi"},
	{"YaBrowser/", "Yandex Browser"},
	{"SamsungBrowser/", "Samsung Internet"},
	{"FxiOS/", "Firefox"},
	{"CriOS/", "Chrome"},
	{"Firefox/", "Firefox"},
	{"HeadlessChrome/", "Chrome"},
	{"Chromium/", "Chromium"},
	{"Chrome/", "Chrome"},
	{"Safari/", "Safari"},
}

var systems = []sign{
	{"iPhone", "iPhone"},
	{"iPad", "iPad"},
	{"Android", "Android"},
	{"CrOS", "ChromeOS"},
	{"Windows", "Windows"},
	{"Mac OS X", "macOS"},
	{"FreeBSD", "FreeBSD"},
	{"OpenBSD", "OpenBSD"},
	{"Linux", "Linux"},
}

// Device names the browser and the system of a User-Agent header, as in "Firefox
// on Linux", so that people recognise their sessions. Other programs are named by
// the first word ("curl"); "" is "Unknown device".
func Device(agent string) string {
	browser, system := first(browsers, agent), first(systems, agent)
	if browser == "" {
		browser, _, _ = strings.Cut(agent, " ")
		browser, _, _ = strings.Cut(browser, "/")
		if len(browser) > 40 || browser == "Mozilla" {
			browser = ""
		}
	}
	switch {
	case browser == "" && system == "":
		return "Unknown device"
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return browser + " on " + system
}

func first(signs []sign, agent string) string {
	for _, s := range signs {
		if strings.Contains(agent, s.text) {
			return s.name
		}
	}
	return ""
}
