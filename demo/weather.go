package demo

import "math"

// epoch is 2000-01-01 00:00 UTC, from where days and the phase of the year are counted.
const (
	epoch      = 946684800
	daySeconds = 86400
	yearDays   = 365.2425
)

// weather is the sky over the house at one time.
type weather struct {
	outside    float64 // °C
	irradiance float64 // W/m² on the panels
	dark       bool
}

// weatherAt computes the weather of a time.
func (h *House) weatherAt(unix int64) weather {
	days := float64(unix-epoch) / daySeconds
	year := 2 * math.Pi * days / yearDays // 0 at the new year
	cold := math.Cos(year - 2*math.Pi*28/yearDays)

	// Clear spells and grey ones last some days; winters are greyer.
	fair := 0.65*h.smooth(streamClouds, days/2.7) + 0.35*h.smooth(streamHaze, days/0.6)
	fair = clamp((fair-0.5)*2+0.5-0.12*cold, 0, 1)

	sinElevation, cosIncidence, hourAngle := h.sun(days, year)
	w := weather{dark: sinElevation < 0.05}
	if sinElevation > 0 {
		// Broken clouds, which let the sun through for minutes at a time, belong to days that are neither clear nor grey.
		broken := 4 * fair * (1 - fair)
		gusts := 0.6*h.smooth(streamGusts, float64(unix)/420) + 0.4*h.smooth(streamGusts, float64(unix)/95)
		through := clamp(0.12+0.88*fair+broken*1.1*(gusts-0.5), 0.07, 1)
		beam := 1120 * math.Exp(-0.17/max(sinElevation, 0.01)) * max(cosIncidence, 0)
		w.irradiance = through * (beam + 90*sinElevation)
	}

	// Clear days are warm in summer and cold in winter, and swing more between day and night.
	mean := 10.4 - 7.8*cold + 9*(h.smooth(streamTemperature, days/4.3)-0.5) - 4*cold*(fair-0.5)
	const warmest = 15 - 12 // hours after the sun's highest point
	swing := 1.5 + 3.5*fair
	w.outside = mean + swing*math.Cos(hourAngle-2*math.Pi*warmest/24)
	return w
}

// sun gives the sine of the sun's elevation, the cosine of the angle at which it meets the panels, and the hour angle.
func (h *House) sun(days, year float64) (sinElevation, cosIncidence, hourAngle float64) {
	const degree = math.Pi / 180
	declination := 23.45 * degree * math.Sin(year-2*math.Pi*80/yearDays)
	// The equation of time: a sundial is up to a quarter of an hour fast or slow.
	b := year - 2*math.Pi*80/yearDays
	sin2b, sinb, cosb := math.Sin(2*b), math.Sin(b), math.Cos(b)
	minutes := 9.87*sin2b - 7.53*cosb - 1.5*sinb
	hourAngle = 2*math.Pi*(days-math.Floor(days)-0.5+minutes/1440) + h.cfg.Longitude*degree

	sinDecl, cosDecl := math.Sincos(declination)
	cosHour := math.Cos(hourAngle)
	sinElevation = h.sinLat*sinDecl + h.cosLat*cosDecl*cosHour
	cosIncidence = h.sinTilted*sinDecl + h.cosTilted*cosDecl*cosHour
	return sinElevation, cosIncidence, hourAngle
}

// solarPower is what the inverter feeds in: less when the panels are hot, no more than it can.
func (h *House) solarPower(w *weather) int {
	cell := w.outside + w.irradiance/32
	power := h.cfg.SolarPeak * w.irradiance / 1000 * 0.88 * (1 - 0.004*(cell-25))
	if power < 6 {
		return 0 // the inverter sleeps
	}
	return int(min(power, 0.92*h.cfg.SolarPeak))
}
