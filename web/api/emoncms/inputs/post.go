package inputs

import (
	"context"
	"sync"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/input/httpin"
	"github.com/weirhq/weir/internal/journal"
	"github.com/weirhq/weir/web"
	"github.com/weirhq/weir/web/api/emoncms"
)

// Admission tells how many of a post's rows its user may send, and what is in the way of the others;
// *input.Catalogue.
type Admission interface {
	Admit(ctx context.Context, p *journal.Post) (rows int, err error)
}

// posts is the hot path: input/post and input/bulk.
type posts struct {
	decoder   *httpin.Decoder
	admission Admission
	pipeline  emoncms.Pipeline
	zones     emoncms.Zones
	entries   sync.Pool // *[]byte
}

func (p *posts) routes() []emoncms.Route {
	return []emoncms.Route{
		{Path: "input/post", Need: emoncms.Writer, Changes: true, Denied: sayNothing, Run: p.post},
		{Path: "api/post", Need: emoncms.Writer, Changes: true, Denied: sayNothing, Run: p.post},
		{Path: "input/bulk", Need: emoncms.Writer, Changes: true, Denied: sayNothing, Run: p.bulk},
	}
}

// sayNothing is the answer without the right to write, as it always was: devices take it for a failure.
func sayNothing(c *emoncms.Call) error { return c.Text("") }

func (p *posts) post(c *emoncms.Call) error {
	batch, answer := p.decoder.Post(c.Who.User, c.Segment(2), c.Request, p.now(c))
	return p.finish(c, batch, answer)
}

func (p *posts) bulk(c *emoncms.Call) error {
	batch, answer := p.decoder.Bulk(c.Who.User, c.Request, c.Raw, p.now(c))
	return p.finish(c, batch, answer)
}

// now is the time, where the user's days begin: dates without a zone are read there.
func (p *posts) now(c *emoncms.Call) time.Time { return time.Now().In(p.zones.Location(c.Who.User)) }

// finish sends the decoder's answer once the samples are safe, or else why they are not.
func (p *posts) finish(c *emoncms.Call, batch *httpin.Batch, answer httpin.Answer) error {
	if batch != nil {
		if err := p.accept(c.Context(), &batch.Post); err != nil {
			if weir.KindOf(err) == weir.Internal {
				return err
			}
			if weir.KindOf(err) == weir.Unavailable {
				c.Reply.Header().Set("Retry-After", web.RetryAfter)
			}
			answer = httpin.Failed(err)
		}
		batch.Release()
	}
	return c.Answer(answer.Status, answer.ContentType, answer.Body)
}

// accept returns when the rows that are admitted are durable. An error about the others comes after that: the rows
// before a faulty one stay.
func (p *posts) accept(ctx context.Context, post *journal.Post) error {
	rows, refused := p.admission.Admit(ctx, post)
	if rows == 0 {
		return refused
	}
	post.Rows = post.Rows[:rows]
	space, ok := p.entries.Get().(*[]byte)
	if !ok {
		space = new([]byte)
	}
	defer p.entries.Put(space)
	*space = journal.AppendPost((*space)[:0], post)
	if len(*space) > journal.MaxEntry {
		if err := p.acceptParts(ctx, post); err != nil {
			return err
		}
		return refused
	}
	if err := p.pipeline.Accept(ctx, post.User, *space); err != nil {
		return err
	}
	return refused
}

// acceptParts hands on a post that is too long for one entry in several.
func (p *posts) acceptParts(ctx context.Context, post *journal.Post) error {
	parts, err := journal.Split(post)
	if err != nil {
		return err
	}
	for i := range parts {
		if err := p.pipeline.Accept(ctx, post.User, journal.AppendPost(nil, &parts[i])); err != nil {
			return err
		}
	}
	return nil
}
