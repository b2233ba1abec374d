package output

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// screenshot lets headless Chromium draw an HTML file. The folder holds its profile, which takes long to make.
func screenshot(t *testing.T, dir, html string, width, height int, flags ...string) image.Image {
	t.Helper()
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
			break
		}
	}
	if browser == "" {
		t.Skip("needs Chromium (Debian: chromium)")
	}
	source, shot := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.png")
	if err := os.WriteFile(source, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking", "--no-first-run",
		"--user-data-dir=" + filepath.Join(dir, "profile"), fmt.Sprintf("--window-size=%d,%d", width, height), "--screenshot=" + shot,
	}, flags...)
	c := exec.CommandContext(t.Context(), browser, append(args, "file://"+source)...)
	c.Env = append(os.Environ(), "HOME="+dir)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", c.Args, err, out)
	}
	file, err := os.Open(shot)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// countColor is how many pixels have a colour.
func countColor(picture image.Image, want color.RGBA) (n int) {
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, _ := picture.At(x, y).RGBA()
			if uint8(r>>8) == want.R && uint8(g>>8) == want.G && uint8(bl>>8) == want.B {
				n++
			}
		}
	}
	return n
}

// TestPage_LightAndDarkLoadNothing finds the colours of paper, card, bar and rest in the pictures, on a wide and on a
// narrow window: a bar that is not drawn, or one theme's colours in the other, would be missed. The page holds an image
// that the browser would load without the page's policy.
func TestPage_LightAndDarkLoadNothing(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	dir := t.TempDir()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	html := pageText(t, Page{Title: "Customers", Charts: testCharts()})
	html = strings.Replace(html, "<main>", `<img src="`+server.URL+`/"><main>`, 1)
	light := map[string]color.RGBA{"paper": {0xf6, 0xf7, 0xf9, 0xff}, "card": {0xff, 0xff, 0xff, 0xff}, "bar": {0x2f, 0x6f, 0xdb, 0xff}, "rest": {0xa9, 0xb4, 0xc4, 0xff}}
	dark := map[string]color.RGBA{"paper": {0x12, 0x16, 0x1c, 0xff}, "card": {0x1b, 0x21, 0x2a, 0xff}, "bar": {0x5b, 0x97, 0xf5, 0xff}, "rest": {0x56, 0x62, 0x74, 0xff}}
	for _, c := range []struct {
		width, height int
		scheme        string
		shown, absent map[string]color.RGBA
	}{
		{1200, 900, "1", light, dark},
		{500, 1200, "0", dark, light},
	} {
		picture := screenshot(t, dir, html, c.width, c.height, "--blink-settings=preferredColorScheme="+c.scheme)
		for name, want := range c.shown {
			if n := countColor(picture, want); n < 500 {
				t.Errorf("%d wide: %d pixels of %s", c.width, n, name)
			}
		}
		for name, other := range c.absent {
			if n := countColor(picture, other); n > 500 {
				t.Errorf("%d wide: %d pixels of the other theme's %s", c.width, n, name)
			}
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the page made %d requests", n)
	}
	screenshot(t, dir, strings.Replace(html, "Content-Security-Policy", "X-Nothing", 1), 300, 300)
	if asked.Load() == 0 {
		t.Error("without its policy the page makes no request either: this test proves nothing")
	}
}
