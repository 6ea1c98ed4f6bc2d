package inputs

import (
	"context"
	"sync"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
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

// WriteKeys gives a user's keys; *account.Service.
type WriteKeys interface {
	Keys(ctx context.Context, user weir.UserID) (account.Keys, error)
}

// posts is the hot path: input/post and input/bulk.
type posts struct {
	decoder   *httpin.Decoder
	keys      WriteKeys
	admission Admission
	pipeline  emoncms.Pipeline
	zones     emoncms.Zones
	entries   sync.Pool // *[]byte
}

// routes need nothing, because an encrypted post says inside who has sent it; take looks at the right of the others.
func (p *posts) routes() []emoncms.Route {
	return []emoncms.Route{
		{Path: "input/post", Changes: true, Run: p.post},
		{Path: "api/post", Changes: true, Run: p.post},
		{Path: "input/bulk", Changes: true, Run: p.bulk},
	}
}

func (p *posts) post(c *emoncms.Call) error { return p.take(c, (*posts).decodePost) }
func (p *posts) bulk(c *emoncms.Call) error { return p.take(c, (*posts).decodeBulk) }

// sent is a request to store samples, with the encryption taken off.
type sent struct {
	user   weir.UserID
	params httpin.Params
	body   string
}

type decode func(*posts, *emoncms.Call, sent) (*httpin.Batch, httpin.Answer)

func (p *posts) decodePost(c *emoncms.Call, s sent) (*httpin.Batch, httpin.Answer) {
	return p.decoder.Post(s.user, c.Segment(2), s.params, p.now(s.user))
}

func (p *posts) decodeBulk(_ *emoncms.Call, s sent) (*httpin.Batch, httpin.Answer) {
	return p.decoder.Bulk(s.user, s.params, s.body, p.now(s.user))
}

// now is the time, where the user's days begin: dates without a zone are read there.
func (p *posts) now(user weir.UserID) time.Time { return time.Now().In(p.zones.Location(user)) }

// take stores what was sent and answers. Without the right to write the answer is empty, as it always was: devices take
// that for a failure.
func (p *posts) take(c *emoncms.Call, decode decode) (err error) {
	var answer httpin.Answer
	switch {
	case httpin.Encrypted(c.HTTP.Header.Get("Content-Type")):
		answer, err = p.open(c, decode)
	case c.May(emoncms.Writer):
		answer, err = p.store(c, decode, sent{c.Who.User, c.Request, c.Raw})
	default:
		return c.Text("")
	}
	if err != nil {
		return err
	}
	return c.Answer(answer.Status, answer.ContentType, answer.Body)
}

// open stores what an encrypted post holds. Only who knows the write key can have made one that opens.
func (p *posts) open(c *emoncms.Call, decode decode) (httpin.Answer, error) {
	envelope, answer := httpin.ReadEnvelope(c.HTTP.Header, c.Raw)
	if envelope == nil {
		return answer, nil
	}
	keys, err := p.keys.Keys(c.Context(), envelope.User)
	if weir.KindOf(err) == weir.NotFound {
		return httpin.UnknownUser(), nil
	}
	if err != nil {
		return httpin.Answer{}, err
	}
	params, answer := p.decoder.Open(envelope, keys.Write, c.Request)
	if params == nil {
		return answer, nil
	}
	answer, err = p.store(c, decode, sent{user: envelope.User, params: params})
	return envelope.Receipt(answer), err
}

// store gives the decoder's answer once the samples are safe, or else why they are not.
func (p *posts) store(c *emoncms.Call, decode decode, s sent) (httpin.Answer, error) {
	batch, answer := decode(p, c, s)
	if batch == nil {
		return answer, nil
	}
	defer batch.Release()
	err := p.accept(c.Context(), &batch.Post)
	switch {
	case err == nil:
		return answer, nil
	case weir.KindOf(err) == weir.Internal:
		return answer, err
	case weir.KindOf(err) == weir.Unavailable:
		c.Reply.Header().Set("Retry-After", web.RetryAfter)
	}
	return httpin.Failed(err), nil
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
