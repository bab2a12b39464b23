package picture

import (
	"io/fs"
	"testing"

	"ward/kit/i18n/keycheck"
	"ward/kit/ui"
	"ward/kit/web"
)

func TestTexts(t *testing.T) { keycheck.Service(t, ".", files, []fs.FS{ui.Texts(), web.Texts()}) }
