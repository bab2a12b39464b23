package pages

import (
	"context"
	"fmt"

	"ward/detect/picture"
)

// background is for what is rendered without a request.
var background = context.Background()

// Charts are drawn here, as SVG that needs no script and no style: colours are
// attributes, so that they print. Each has a second cue beside colour: a number,
// a pattern, a place in the stack.
const (
	ink     = "#1b1b1f"
	dark    = "#0a328e" // reports
	light   = "#9fb5ea" // history
	grid    = "#a8aaaf"
	nothing = "#ffffff"
)

// scale are the classes of the map, from few to most; white text from the fourth.
var scale = [...]string{"#f3f6fc", "#cfdaf5", "#9fb5ea", "#3e6cd5", "#0a328e"}

// tile is where a Member State lies on the map of squares.
type tile struct{ column, row int }

// tiles is our own map: each state a square of the same size, about where it
// lies, so that small states are seen as well as large ones, and no boundary is
// drawn at all.
var tiles = map[string]tile{
	"SE": {5, 0}, "FI": {6, 0}, "DK": {4, 1}, "EE": {6, 1}, "IE": {0, 2}, "NL": {3, 2}, "DE": {4, 2}, "PL": {5, 2}, "LV": {6, 2},
	"BE": {2, 3}, "LU": {3, 3}, "CZ": {4, 3}, "SK": {5, 3}, "LT": {6, 3}, "FR": {2, 4}, "AT": {4, 4}, "HU": {5, 4}, "RO": {6, 4},
	"PT": {0, 5}, "ES": {1, 5}, "IT": {3, 5}, "SI": {4, 5}, "HR": {5, 5}, "BG": {6, 5}, "MT": {3, 6}, "GR": {6, 6}, "CY": {7, 6}}

// Measures of the map, in its own units.
const (
	tileSize  = 46
	mapWidth  = 8*tileSize + 4
	mapHeight = 7*tileSize + 4
)

// square is a state as it is drawn.
type square struct {
	code, value    string
	x, y           int
	fill, ink      string
	told           bool
	href           string
	textX          int
	codeY, numberY int
}

// squares are the states with their numbers. A state of which nothing is told is
// hatched: that is not the same as none.
func (v view) squares() []square {
	most, hidden := 0, false
	for _, c := range v.x.Figures.Countries {
		hidden = hidden || c.Word == picture.Hidden
		if _, ok := tiles[c.Word]; ok {
			most = max(most, c.All())
		}
	}
	var out []square
	for _, c := range v.x.Figures.Counts("countries") {
		t, ok := tiles[c.Word]
		if !ok {
			continue
		}
		s := square{code: c.Word, value: v.p.Number(c.All()), x: 2 + t.column*tileSize, y: 2 + t.row*tileSize, fill: nothing, ink: ink, told: true,
			href: path(v.x.Asked, "country", c.Word)}
		s.textX, s.codeY, s.numberY = s.x+tileSize/2-1, s.y+18, s.y+36
		switch n := c.All(); {
		case n > 0:
			class := min(len(scale)-1, (n*len(scale)-1)/max(most, 1))
			s.fill = scale[class]
			if class > 2 {
				s.ink = "#ffffff"
			}
		case v.x.Asked.Country != "" && string(v.x.Asked.Country) != c.Word:
			s.told, s.value = false, ""
		case hidden || !v.x.Exact && v.x.Filter.Source != picture.FromHistory:
			s.told, s.value = false, ""
		}
		if !s.told {
			s.fill = "url(#untold)"
		}
		out = append(out, s)
	}
	return out
}

// bar is a line of a chart of counts.
type bar struct {
	label, value     string
	y                int
	reports, history int // lengths
	labelY, valueX   int
	hidden           bool
	historX          int
}

// Measures of charts, in their own units: text is as large as on the page when a
// chart is about as wide as a phone.
const (
	chartWidth = 400
	barStep    = 44
	barHeight  = 14
	barRoom    = chartWidth - 64 // what is left beside the number
	barsShown  = 10
)

// bars are the lines of a chart, ten at most; the table has all.
func (v view) bars(id string) []bar {
	list := v.x.Figures.Counts(id)
	if id == "countries" {
		list = v.x.Figures.Countries // of history: all the world, without those of which nothing is known
	}
	most := 1
	for _, c := range list {
		most = max(most, c.All())
	}
	var out []bar
	for i, c := range list[:min(len(list), barsShown)] {
		b := bar{label: wordOf(v.p, id, c.Word).String(), value: v.p.Number(c.All()), y: i*barStep + 20, hidden: c.Word == picture.Hidden}
		b.reports, b.history = c.Reports*barRoom/most, c.History*barRoom/most
		if c.Reports > 0 {
			b.reports = max(2, b.reports)
		}
		if c.History > 0 {
			b.history = max(2, b.history)
		}
		b.historX = b.reports
		if b.reports > 0 && b.history > 0 {
			b.historX++
		}
		b.labelY, b.valueX = b.y-6, b.historX+b.history+6
		out = append(out, b)
	}
	return out
}

// column is a step of the time series.
type column struct {
	x, width         int
	reportsY, height int
	historyY, past   int
	label            string // only some have room for one
	labelX           int
	name             string
}

const (
	seriesHeight = 200
	seriesTop    = 16
	seriesLeft   = 34
	seriesBottom = 172
)

// columns are the steps; most is the top of the scale, half its middle.
func (v view) columns() (out []column, most int) {
	list := v.x.Figures.Series
	for _, s := range list {
		most = max(most, s.Reports+s.History)
	}
	if most == 0 || len(list) == 0 {
		return nil, 0
	}
	most = round(most)
	room, tall := chartWidth-seriesLeft-4, seriesBottom-seriesTop
	every := max(1, (len(list)+5)/6)
	for i, s := range list {
		c := column{x: seriesLeft + i*room/len(list), height: s.Reports * tall / most, past: s.History * tall / most, name: v.stepName(s.Start)}
		c.width = max(1, seriesLeft+(i+1)*room/len(list)-c.x-1)
		c.reportsY = seriesBottom - c.height
		c.historyY = c.reportsY - c.past
		if i%every == 0 {
			c.label, c.labelX = v.short(s), c.x
		}
		out = append(out, c)
	}
	return out, most
}

func (v view) short(s picture.Point) string {
	switch v.x.Figures.Unit {
	case picture.ByDay:
		return s.Start.Format("01-02")
	case picture.ByMonth:
		return s.Start.Format("2006-01")
	}
	return s.Start.Format("2006")
}

// round goes up to a number that reads well: one to five with noughts, doubled.
func round(n int) int {
	for step := 2; ; step *= 10 {
		for _, k := range []int{1, 2, 3, 4, 5} {
			if step*k >= n {
				return step * k
			}
		}
	}
}

func box(width, height int) string { return fmt.Sprintf("0 0 %d %d", width, height) }
