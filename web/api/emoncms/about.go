package emoncms

// version is the version of the original whose behaviour the compatible API has. Clients compare it with the oldest
// they work with.
const version = "11.16.8"

// about tells programs what they have found.
type about struct{}

func (h about) routes() []route {
	return []route{{path: "describe", run: h.describe}, {path: "version", run: h.version}}
}

// describe answers what discovery looks for, from pages of other origins too.
func (about) describe(c *call) error {
	c.reply.Header().Set("Access-Control-Allow-Origin", "*")
	return c.text("emoncms")
}

func (about) version(c *call) error { return c.text(version) }
