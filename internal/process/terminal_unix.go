//go:build unix

package process

import (
	"os"
	"os/signal"
	"sync"

	"golang.org/x/sys/unix"
)

// raw passes every key on as it is typed, and shows none. What is pasted is marked as such.
func raw() func(redraw func()) (restore func()) {
	const markPastes, leavePastes = "\x1b[?2004h", "\x1b[?2004l"
	return func(redraw func()) (restore func()) {
		m := &mode{on: markPastes, off: leavePastes, redraw: redraw, change: func(t *unix.Termios) {
			t.Lflag &^= unix.ICANON | unix.ECHO | unix.ECHONL | unix.IEXTEN
			t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
		}}
		return m.start()
	}
}

// mute keeps what is typed from being shown.
func mute() (restore func()) {
	m := &mode{redraw: func() {}, change: func(t *unix.Termios) { t.Lflag &^= unix.ECHO | unix.ECHONL }}
	return m.start()
}

// mode is another way in which the terminal treats what is typed. It ends with restore and with the first signal that may end
// the process, and is left while the process is stopped (Ctrl-Z).
type mode struct {
	change  func(*unix.Termios)
	on, off string // what the terminal is sent before and after
	redraw  func()

	mu     sync.Mutex
	before *unix.Termios // nil while the mode is left
}

func (m *mode) start() (restore func()) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, unix.SIGINT, unix.SIGTERM, unix.SIGQUIT, unix.SIGTSTP, unix.SIGCONT, unix.SIGWINCH)
	m.enter()
	ended := make(chan struct{})
	go func() {
		for {
			select {
			case <-ended:
				return
			case s := <-signals:
				if !m.handle(s) {
					return
				}
			}
		}
	}()
	return sync.OnceFunc(func() {
		signal.Stop(signals)
		close(ended)
		m.leave()
	})
}

// handle reports whether the mode goes on after a signal.
func (m *mode) handle(s os.Signal) bool {
	switch s {
	case unix.SIGWINCH:
		m.redraw()
	case unix.SIGTSTP:
		m.leave()
		// A signal that was watched is not the system's again. This one also stops the process, unless there is no shell to continue it.
		_ = unix.Kill(os.Getpid(), unix.SIGTTIN)
	case unix.SIGCONT:
		m.enter()
		m.redraw()
	case unix.SIGQUIT: // the runtime prints every stack
		m.leave()
		signal.Reset(unix.SIGQUIT)
		_ = unix.Kill(os.Getpid(), unix.SIGQUIT)
	default: // the next one may end the process at once
		m.leave()
		return false
	}
	return true
}

// enter changes the terminal, unless another program has it now.
func (m *mode) enter() {
	m.mu.Lock()
	defer m.mu.Unlock()
	in := int(os.Stdin.Fd())
	now, err := unix.IoctlGetTermios(in, getTermios)
	if err != nil || !foreground(in) {
		return
	}
	if m.before == nil {
		m.before = now
	}
	changed := *m.before
	m.change(&changed)
	_ = unix.IoctlSetTermios(in, setTermios, &changed)
	_, _ = os.Stderr.WriteString(m.on)
}

// leave restores the terminal.
func (m *mode) leave() {
	m.mu.Lock()
	defer m.mu.Unlock()
	in := int(os.Stdin.Fd())
	if m.before == nil || !foreground(in) {
		return
	}
	_, _ = os.Stderr.WriteString(m.off)
	_ = unix.IoctlSetTermios(in, setTermios, m.before)
	m.before = nil
}

// foreground reports whether the terminal is this program's: in the background to change it would stop the process.
func foreground(terminal int) bool {
	group, err := unix.IoctlGetInt(terminal, unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}
