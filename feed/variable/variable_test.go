package variable_test

import (
	"testing"

	"github.com/weirhq/weir/feed/feedtest"
	"github.com/weirhq/weir/feed/variable"
)

func TestContract(t *testing.T) {
	feedtest.Run(t, feedtest.Engine{Build: variable.New, DataFile: "phptimeseries/feed_1.MYD", Record: 9})
}
