package processtest_test

import (
	"testing"

	"github.com/weirhq/weir/process/processtest"
)

func TestCases(t *testing.T) {
	processtest.RunFiles(t, "testdata/*.txt", func(*testing.T) processtest.Store { return processtest.NewModel() })
}
