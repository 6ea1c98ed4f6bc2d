package fixed_test

import (
	"testing"

	"github.com/weirhq/weir/feed/feedtest"
	"github.com/weirhq/weir/feed/fixed"
)

func TestContract(t *testing.T) {
	feedtest.Run(t, feedtest.Engine{Build: fixed.New, Interval: 10, DataFile: "phpfina/1.dat", Record: 4})
}
