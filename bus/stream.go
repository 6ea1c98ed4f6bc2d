package bus

import (
	"context"
	"errors"
	"fmt"

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
	space   freeSpace
}

// Append puts a message at the end and returns its sequence number once it is in the stream's file. weir.Unavailable
// when the stream or the disk is full: nothing was stored.
func (s *Stream) Append(ctx context.Context, msg []byte) (uint64, error) {
	if err := s.space.check(); err != nil {
		return 0, err
	}
	ack, err := s.js.Publish(ctx, s.subject, msg, jetstream.WithExpectStream(s.name), jetstream.WithRetryAttempts(0))
	if err == nil {
		return ack.Sequence, nil
	}
	if api, ok := errors.AsType[*jetstream.APIError](err); ok {
		return 0, weir.Errorf(weir.Unavailable, "the stream %s takes no more (%s): what waits in it is being worked on, send again later",
			s.name, api.Description)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrTimeout) || errors.Is(err, nats.ErrNoResponders) {
		return 0, weir.Errorf(weir.Unavailable, "the stream %s does not answer: send again later", s.name)
	}
	return 0, fmt.Errorf("append to %s: %w", s.name, err)
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
	it, err := consumer.Messages(jetstream.PullMaxBytes(readAhead))
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

// readAhead is how many bytes the reader asks for at a time.
const readAhead = 8 << 20

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
