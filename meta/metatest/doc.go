// Package metatest is the contract of metadata: what every database that meta runs on must do. Its driver's test calls
//
//	metatest.Run(t, func(t *testing.T) *meta.DB { return … })
//
// with a function that makes an empty database and closes it when the test is over. Inputs and feeds are checked
// against a model in memory with thousands of random steps, the rest by tables.
package metatest
