package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/weirhq/weir"
)

// Stream is the messages of one block of users, in order, on disk.
type Stream struct {
	js      jetstream.JetStream
	stream  jetstream.Stream
	name    string
	subject string
	healer  *healing
	space   freeSpace

	appending sync.Mutex
	last      uint64 // sequence number of the newest message; under appending
}

const (
	// patience is how often a message is sent to a stream that does not answer, callTimeout each.
	patience = 3
	// suspicious is when it is worth to ask whether the stream has stopped.
	suspicious = 500 * time.Millisecond
)

// Append puts a message at the end and returns its sequence number once it is in the stream's file. weir.Unavailable
// when the stream or the disk is full: nothing was stored. When the stream does not answer even to further tries, which
// is weir.Unavailable too, it is not known whether the message was stored.
func (s *Stream) Append(ctx context.Context, msg []byte) (uint64, error) {
	if err := s.space.check(); err != nil {
		return 0, err
	}
	s.appending.Lock()
	defer s.appending.Unlock()
	seq, err := s.publish(ctx, msg)
	for try := 1; try < patience && unanswered(err) && ctx.Err() == nil; try++ {
		s.healer.heal()
		seq, err = s.publishAgain(ctx, msg)
	}
	if err != nil {
		return 0, s.refusal(err)
	}
	s.last = seq
	return seq, nil
}

// publishAgain sends a message that was not answered. It is refused if it has come in after all: nobody else appends.
func (s *Stream) publishAgain(ctx context.Context, msg []byte) (uint64, error) {
	seq, err := s.publish(ctx, msg, jetstream.WithExpectLastSequence(s.last))
	if api, ok := errors.AsType[*jetstream.APIError](err); ok && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence {
		return s.last + 1, nil
	}
	return seq, err
}

// publish waits for the answer, in vain if the storage turns out to have stopped.
func (s *Stream) publish(ctx context.Context, msg []byte, opts ...jetstream.PublishOpt) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	look := time.AfterFunc(suspicious, func() {
		if s.healer.trouble() != "" {
			cancel()
		}
	})
	defer look.Stop()
	opts = append(opts, jetstream.WithExpectStream(s.name), jetstream.WithRetryAttempts(0))
	ack, err := s.js.Publish(ctx, s.subject, msg, opts...)
	if err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

// unanswered tells that the stream has said neither yes nor no.
func unanswered(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, nats.ErrTimeout) ||
		errors.Is(err, nats.ErrNoResponders) || errors.Is(err, jetstream.ErrNoStreamResponse)
}

// refusal says to a sender why a message was not taken.
func (s *Stream) refusal(err error) error {
	if api, ok := errors.AsType[*jetstream.APIError](err); ok {
		return weir.Errorf(weir.Unavailable, "the stream %s takes no more (%s): what waits in it is being worked on, send again later",
			s.name, api.Description)
	}
	if unanswered(err) {
		return weir.Errorf(weir.Unavailable, "the stream %s does not answer: send again later", s.name)
	}
	return fmt.Errorf("append to %s: %w", s.name, err)
}

// Read hands every message after the given sequence number to fn, in order, then waits for more until ctx is done or
// fn fails. msg may be kept.
func (s *Stream) Read(ctx context.Context, after uint64, fn func(seq uint64, msg []byte) error) error {
	consumer, err := s.js.OrderedConsumer(ctx, s.name, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:   after + 1,
	})
	if err != nil {
		return fmt.Errorf("read %s: %w", s.name, err)
	}
	// By bytes, not by count: a message may be one post or some hundred kilobytes of them.
	it, err := consumer.Messages(jetstream.PullMaxBytes(readAhead), jetstream.PullHeartbeat(heartbeat))
	if err != nil {
		return fmt.Errorf("read %s: %w", s.name, err)
	}
	stop := context.AfterFunc(ctx, it.Stop)
	defer stop()
	defer it.Stop()
	for {
		msg, err := it.Next()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("read %s: %w", s.name, err)
		}
		meta, err := msg.Metadata()
		if err != nil {
			return fmt.Errorf("read %s: %w", s.name, err)
		}
		if err := fn(meta.Sequence.Stream, msg.Data()); err != nil {
			return err
		}
	}
}

const (
	// readAhead is how many bytes the reader asks for at a time.
	readAhead = 8 << 20
	// heartbeat is how often the stream says that it is there; after two that were missed the reader asks anew.
	heartbeat = 5 * time.Second
)

// Trim lets go of everything up to and including a sequence number.
func (s *Stream) Trim(upto uint64) error {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	if err := s.stream.Purge(ctx, jetstream.WithPurgeSequence(upto+1)); err != nil {
		return fmt.Errorf("trim %s: %w", s.name, err)
	}
	return nil
}

// Last is the sequence number of the newest message ever appended, 0 when there was none.
func (s *Stream) Last() (uint64, error) {
	state, err := s.state()
	return state.LastSeq, err
}

// Bytes is how much waits in the stream.
func (s *Stream) Bytes() (uint64, error) {
	state, err := s.state()
	return state.Bytes, err
}

func (s *Stream) state() (jetstream.StreamState, error) {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	info, err := s.stream.Info(ctx)
	if err != nil {
		return jetstream.StreamState{}, fmt.Errorf("ask %s: %w", s.name, err)
	}
	return info.State, nil
}
