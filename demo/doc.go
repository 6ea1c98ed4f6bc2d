// Package demo is a simulated house that fills a demonstration account: years of plausible energy data at once, then
// live figures for as long as the server runs.
//
// Everything it makes is labelled: feeds carry the tag "simulated house", inputs the description "simulated: …".
//
//	weather ── sun, clouds, temperature ──┬──▶ solar panels ─────────┐
//	                                      ├──▶ heat pump, hot water ─┤
//	day, hour, weekday ───────────────────┼──▶ appliances ───────────┼──▶ battery ──▶ grid: what remains
//	                                      └──▶ car: away, charging ──┘
//
// Promises:
//
//   - Deterministic: the same Config and the same times give the same figures (on another kind of processor, a watt
//     more or less). Chance comes from a hash of seed and time, never from a generator that is drawn in order.
//   - Powers are whole watts and balance exactly, always:
//     solar + grid import + battery discharge = house + heat pump + car + battery charge + grid export.
//   - The step may change at any time (a minute for the past, ten seconds live): temperatures and charges are
//     integrated over the time that passed. After a gap of more than a week, and at the first call, the house lives
//     through the week before, so that its state does not depend on when the program was started.
//
// A year of the default house, at 52° N: 4 kWp of panels give about 3,900 kWh, appliances take 2,700, the heat pump
// 3,300 for 11,500 of heat, the car 2,800.
package demo
