package fault

import (
	"bytes"
	"fmt"
	"iter"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/server"
)

// delivery makes a kind that handles the request and then delivers the answer in its own way.
func delivery(name, help string, deliver func(*server.Exchange, *Fault), params ...Param) Kind {
	return Kind{
		Name: name, Help: help, Params: params, at: server.After,
		apply: func(x *server.Exchange, f *Fault) { x.Deliver = func(x *server.Exchange) { deliver(x, f) } },
	}
}

// afterCommit limits a kind to requests that create customers.
func afterCommit(k Kind) Kind {
	k.method, k.path = http.MethodPost, writePath
	return k
}

// instead makes a kind that takes the place of the operation: nothing is done.
func instead(name, help string, answer func(*server.Exchange, *Fault) server.Answer, params ...Param) Kind {
	return Kind{
		Name: name, Help: help + "; nothing is done", Params: params, at: server.Before,
		apply: func(x *server.Exchange, f *Fault) { x.Reply(answer(x, f)) },
	}
}

// drop closes the connection without an answer.
func drop(x *server.Exchange, _ *Fault) { x.Drop() }

// reset closes it with a TCP reset.
func reset(x *server.Exchange, _ *Fault) {
	c := x.Conn()
	if c == nil {
		return
	}
	if tcp, is := c.(*net.TCPConn); is {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

// raw writes bytes to the connection and closes it.
func raw(x *server.Exchange, b []byte) { flood(x, slices.Values([][]byte{b})) }

// head is the answer's status line and headers as bytes, with further header lines.
func head(x *server.Exchange, lines ...string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", x.Answer.Status, http.StatusText(x.Answer.Status))
	_ = x.Answer.Header.Write(&b)
	fmt.Fprintf(&b, "Server: uvicorn\r\nX-Request-Id: %s\r\nDate: %s\r\n", x.Request.ID, x.Server.Now().Format(http.TimeFormat))
	if x.Answer.Type != "" {
		fmt.Fprintf(&b, "Content-Type: %s\r\n", x.Answer.Type)
	}
	for _, line := range lines {
		b.WriteString(line + "\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

func contentLength(n int) string { return fmt.Sprintf("Content-Length: %d", n) }

// whole is the answer as bytes.
func whole(x *server.Exchange) []byte {
	return append(head(x, contentLength(len(x.Answer.Body))), x.Answer.Body...)
}

// stream sends the head at once and then the chunks, each after a pause.
func stream(x *server.Exchange, pause time.Duration, chunks iter.Seq[[]byte]) {
	w := x.SendHead()
	control := http.NewResponseController(w)
	_ = control.Flush()
	for chunk := range chunks {
		x.Server.Wait(pause)
		if _, err := w.Write(chunk); err != nil {
			return
		}
		_ = control.Flush()
	}
}

// flood writes chunks to the connection until the client leaves or the server closes, and closes it.
func flood(x *server.Exchange, chunks iter.Seq[[]byte]) {
	c := x.Conn()
	if c == nil {
		return
	}
	defer func() { _ = c.Close() }()
	for chunk := range chunks {
		select {
		case <-x.Server.Closing():
			return
		default:
		}
		_ = c.SetWriteDeadline(time.Now().Add(server.KeepAlive))
		if _, err := c.Write(chunk); err != nil {
			return
		}
	}
}

// blanks are a head and megabytes of spaces.
func blanks(head []byte, megabytes int64) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		more := yield(head)
		for chunk := bytes.Repeat([]byte(" "), 1<<20); more && megabytes > 0; megabytes-- {
			more = yield(chunk)
		}
	}
}
