package api

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/input/httpin"
	"github.com/weirhq/weir/internal/form"
	"github.com/weirhq/weir/internal/journal"
	"github.com/weirhq/weir/web"
)

// Admission tells how many of a post's rows its user may send, and what is in the way of the others;
// *input.Catalogue.
type Admission interface {
	Admit(ctx context.Context, p *journal.Post) (rows int, err error)
}

// Zones tells where a user's days begin; *account.Service.
type Zones interface {
	Location(user weir.UserID) *time.Location
}

// posts is the hot path: input/post and input/bulk.
type posts struct {
	decoder   *httpin.Decoder
	admission Admission
	pipeline  Pipeline
	zones     Zones
	entries   sync.Pool // *[]byte
}

// fits tells requests that bring samples from all others.
func (p *posts) fits(q *form.Request) bool {
	switch q.Segment(0) {
	case "input":
		return q.Segment(1) == "post" || q.Segment(1) == "bulk"
	case "api":
		return q.Segment(1) == "post"
	default:
		return false
	}
}

// answer accepts the samples and says so once they are safe. Without the right to write the answer is empty, as it
// always was: devices take it for a failure.
func (p *posts) answer(c *call) (status int, err error) {
	c.kind = typeText
	if c.who.Access < account.Write {
		return http.StatusOK, nil
	}
	now := time.Now().In(p.zones.Location(c.who.User))
	var batch *httpin.Batch
	var answer httpin.Answer
	if c.Segment(1) == "bulk" {
		batch, answer = p.decoder.Bulk(c.who.User, c.Request, c.Raw, now)
	} else {
		batch, answer = p.decoder.Post(c.who.User, c.Segment(2), c.Request, now)
	}
	if batch != nil {
		if err := p.accept(c.ctx(), &batch.Post); err != nil {
			return p.failed(c, err)
		}
		batch.Release()
	}
	c.kind = answer.ContentType
	c.out.Raw(answer.Body)
	return answer.Status, nil
}

// failed words an error in the envelope that senders of samples know.
func (p *posts) failed(c *call, err error) (int, error) {
	kind := weir.KindOf(err)
	if kind == weir.Internal {
		return http.StatusInternalServerError, err
	}
	if kind == weir.Unavailable {
		c.reply.Header().Set("Retry-After", web.RetryAfter)
	}
	answer := httpin.Failed(err)
	c.kind = answer.ContentType
	c.out.Raw(answer.Body)
	return answer.Status, nil
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
