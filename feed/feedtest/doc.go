// Package feedtest is what every engine of feeds must do, as a test suite, and a store of metadata in memory for tests.
//
//	func TestContract(t *testing.T) { feedtest.Run(t, feedtest.Engine{Build: fixed.New, …}) }
package feedtest
