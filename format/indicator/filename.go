package indicator

import (
	"strings"
	"unicode/utf8"
)

// fileExtensions are extensions of programs and documents. A bare name that
// ends so is a file, unless the extension is a top-level domain too (.zip, .cab).
const fileExtensions = " exe dll scr sys drv ocx cpl bat cmd ps1 psm1 vbs vbe jse wsf wsh hta msi msp msix jar lnk pif chm iso img vhd vhdx cab 7z rar tar gz bz2 xz tgz " +
	"doc docx docm dot dotm xls xlsx xlsm xlsb xlam xll ppt pptx pptm ppsx rtf pdf txt csv xml json html htm php asp aspx jsp jspx war class apk elf dmg pkg " +
	"deb rpm bin dat tmp log ini inf reg js jpg jpeg png gif bmp ico svg url eml msg one onepkg mht mdb accdb sct wsc ps1xml vhs cpio so dylib ko swf mp3 mp4 avi db sqlite "

// fileOnly reports whether a bare name is that of a file and no domain.
func fileOnly(s string) bool {
	i := strings.LastIndexByte(s, '.')
	return i > 0 && strings.Contains(fileExtensions, " "+strings.ToLower(s[i+1:])+" ") && !knownSuffix(strings.ToLower(s[i+1:]))
}

// parseFile reads a file name or a path. Of a path with placeholders
// (%APPDATA%\x\y.exe, C:\Users\[user]\y.exe) that part counts which stands
// behind the last one.
func parseFile(s string) (Indicator, error) {
	s = strings.ToLower(strings.Trim(s, "\"'"))
	s = oneSlash(s)
	if i := strings.LastIndexAny(s, "%]>*?"); i >= 0 {
		if s = s[i+1:]; !strings.HasPrefix(s, "/") {
			return Indicator{}, errHolder
		}
	}
	if key := fileKey(s); key == "" || len(s) > maxName || strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || strings.ContainsRune("\"<>|*?", r) }) {
		return Indicator{}, errNoFile
	}
	return Indicator{Type: FileName, Value: s}, nil
}

// oneSlash writes every run of slashes and backslashes as one slash.
func oneSlash(s string) string {
	if !strings.ContainsAny(s, `/\`) {
		return s
	}
	var b strings.Builder
	slash := false
	for i := range len(s) {
		if s[i] == '/' || s[i] == '\\' {
			if !slash {
				b.WriteByte('/')
			}
			slash = true
			continue
		}
		slash = false
		b.WriteByte(s[i])
	}
	return b.String()
}

// fileKey is the name (doc.go) at the end of a file name, by which a Scanner
// finds it; "" when there is none with an extension.
func fileKey(s string) string {
	i := len(s)
	for i > 0 {
		r, n := utf8.DecodeLastRuneInString(s[:i])
		if !isNameRune(r) {
			break
		}
		i -= n
	}
	key := strings.TrimLeft(s[i:], ".-")
	if strings.IndexByte(key, '.') <= 0 || strings.TrimRight(key, ".-_") != key || strings.Trim(key, "0123456789.") == "" {
		return ""
	}
	return key
}
