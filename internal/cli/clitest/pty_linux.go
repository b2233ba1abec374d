package clitest

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// PTY is a program on a pseudo-terminal of its own.
type PTY struct {
	t       *testing.T
	control *os.File
	cmd     *exec.Cmd
	ended   chan struct{}
	before  unix.Termios // the terminal's settings when the program started

	mu      sync.Mutex
	printed strings.Builder
	changed chan struct{} // has room for one, and one when something was printed
}

// StartPTY starts a program on a pseudo-terminal with this many columns and rows. Without pseudo-terminals the test is skipped.
func StartPTY(t *testing.T, columns, rows int, c *exec.Cmd) *PTY {
	t.Helper()
	control, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminal to be had: %v", err)
	}
	p := &PTY{t: t, control: control, cmd: c, ended: make(chan struct{}), changed: make(chan struct{}, 1)}
	number, err := unix.IoctlGetInt(p.fd(), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(p.fd(), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	p.Resize(columns, rows)
	p.before = p.Settings()
	terminal, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminal to be had: %v", err)
	}
	c.Stdin, c.Stderr = terminal, terminal
	if c.Stdout == nil {
		c.Stdout = terminal
	}
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	_ = terminal.Close()
	go p.read()
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = control.Close()
	})
	return p
}

func (p *PTY) fd() int { return int(p.control.Fd()) }

// read keeps what the program prints, and answers what it asks the terminal, until the program has closed it.
func (p *PTY) read() {
	defer close(p.ended)
	buf := make([]byte, 32<<10)
	for {
		n, err := p.control.Read(buf)
		p.mu.Lock()
		p.printed.Write(buf[:n])
		p.mu.Unlock()
		for query, answer := range map[string]string{"\x1b[c": "\x1b[?62;22c", "\x1b[6n": "\x1b[1;1R"} {
			if strings.Contains(string(buf[:n]), query) {
				_, _ = io.WriteString(p.control, answer)
			}
		}
		select {
		case p.changed <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// Resize sets the size of the terminal, and signals the program.
func (p *PTY) Resize(columns, rows int) {
	p.t.Helper()
	size := &unix.Winsize{Row: uint16(rows), Col: uint16(columns)}
	if err := unix.IoctlSetWinsize(p.fd(), unix.TIOCSWINSZ, size); err != nil {
		p.t.Fatal(err)
	}
}

// Type sends keys.
func (p *PTY) Type(keys string) {
	p.t.Helper()
	if _, err := io.WriteString(p.control, keys); err != nil {
		p.t.Fatal(err)
	}
}

// Signal sends a signal to the program.
func (p *PTY) Signal(s os.Signal) { _ = p.cmd.Process.Signal(s) }

// Printed returns all that was printed so far.
func (p *PTY) Printed() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.printed.String()
}

// Await waits until a text was printed after the first skip bytes, and returns the length of what was printed up to its end.
func (p *PTY) Await(text string, skip int) int {
	p.t.Helper()
	limit := time.After(30 * time.Second)
	for {
		printed := p.Printed()
		if i := strings.Index(printed[min(skip, len(printed)):], text); i >= 0 {
			return skip + i + len(text)
		}
		select {
		case <-p.changed:
		case <-p.ended:
			if !strings.Contains(p.Printed()[skip:], text) {
				p.t.Fatalf("the program ended without %q:\n%q", text, p.Printed()[skip:])
			}
		case <-limit:
			p.t.Fatalf("no %q:\n%q", text, p.Printed()[skip:])
		}
	}
}

// Wait waits for the end of the program and returns its exit code.
func (p *PTY) Wait() int {
	p.t.Helper()
	done := make(chan struct{})
	go func() {
		_ = p.cmd.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		p.t.Fatalf("the program does not end:\n%q", p.Printed())
	}
	<-p.ended
	return p.cmd.ProcessState.ExitCode()
}

// Settings returns how the terminal treats what is typed and printed: raw, with echo ...
func (p *PTY) Settings() unix.Termios {
	p.t.Helper()
	settings, err := unix.IoctlGetTermios(p.fd(), unix.TCGETS)
	if err != nil {
		p.t.Fatal(err)
	}
	return *settings
}

// CheckRestored reports an error when the terminal treats what is typed other than before the program was started.
func (p *PTY) CheckRestored() {
	p.t.Helper()
	if now := p.Settings(); now != p.before {
		p.t.Errorf("the terminal's settings are %+v, and were %+v", now, p.before)
	}
}
