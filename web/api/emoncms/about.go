package emoncms

// version is the version of the original whose behaviour the compatible API has. Clients compare it with the oldest
// they work with.
const version = "11.16.8"

// about tells programs what they have found.
type about struct{}

func (h about) routes() []Route {
	return []Route{{Path: "describe", Run: h.describe}, {Path: "version", Run: h.version}}
}

// describe answers what discovery looks for, from pages of other origins too.
func (about) describe(c *Call) error {
	c.Reply.Header().Set("Access-Control-Allow-Origin", "*")
	return c.Text("emoncms")
}

func (about) version(c *Call) error { return c.Text(version) }
