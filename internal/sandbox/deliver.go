package sandbox

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"time"
)

// The functions here are ways to deliver an answer, other than to send it.

// conn takes the connection away from the HTTP server; nil when it is gone already.
func (x *exchange) conn() net.Conn {
	h, can := x.w.(http.Hijacker)
	if !can {
		return nil
	}
	c, _, err := h.Hijack()
	if err != nil {
		return nil
	}
	return c
}

// drop closes the connection without a word.
func (x *exchange) drop() { x.deliverRaw(nil) }

// reset closes it with a TCP reset.
func (x *exchange) reset() {
	c := x.conn()
	if c == nil {
		return
	}
	if tcp, is := c.(*net.TCPConn); is {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

// deliverRaw writes bytes to the connection and closes it.
func (x *exchange) deliverRaw(b []byte) {
	c := x.conn()
	if c == nil {
		return
	}
	_ = c.SetWriteDeadline(time.Now().Add(time.Minute))
	_, _ = c.Write(b)
	_ = c.Close()
}

// head is the answer's status line and headers as bytes, with further header lines.
func (x *exchange) head(lines ...string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", x.a.status, http.StatusText(x.a.status))
	_ = x.a.header.Write(&b)
	fmt.Fprintf(&b, "Server: uvicorn\r\nX-Request-Id: %s\r\nDate: %s\r\n", x.r.id, x.s.now().UTC().Format(http.TimeFormat))
	if x.a.kind != "" {
		fmt.Fprintf(&b, "Content-Type: %s\r\n", x.a.kind)
	}
	for _, line := range lines {
		b.WriteString(line + "\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

func contentLength(n int) string { return fmt.Sprintf("Content-Length: %d", n) }

// stream sends the head at once and then the chunks, each after a pause.
func (x *exchange) stream(pause time.Duration, chunks func(yield func([]byte) bool)) {
	x.sendHead()
	control := http.NewResponseController(x.w)
	_ = control.Flush()
	for chunk := range chunks {
		x.s.wait(pause)
		if _, err := x.w.Write(chunk); err != nil {
			return
		}
		_ = control.Flush()
	}
}
