package journal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/hydracore/hydractl/internal/files"
)

// readBuffer is more than the longest line.
const readBuffer = 1 << 20

// scanLines yields the valid lines from the start of a journal, and returns the length of that valid part and the checksum of
// its last line. What follows it is a torn tail, which a crash may leave, or else damage, a *Error. An error of yield ends the
// scan too.
func scanLines(f files.File, yield func(*Entry) error) (good int64, sum uint32, err error) {
	size, err := f.Size()
	if err != nil {
		return 0, 0, err
	}
	in := bufio.NewReaderSize(io.NewSectionReader(f, 0, size), int(min(size+1, readBuffer)))
	var e Entry
	for number := 1; ; number++ {
		line, err := readLine(in)
		if errors.Is(err, io.EOF) {
			return good, sum, nil
		}
		if err != nil {
			return good, sum, err
		}
		stored, right, ok := checkLine(line, sum)
		if !ok {
			if torn(in, line, stored, right) {
				return good, sum, nil
			}
			return good, sum, &Error{Code: "journal_damaged", Line: number, Err: errors.New("the line is damaged, and valid lines follow it")}
		}
		err = parseLine(line, &e)
		if e.offset = good; err == nil {
			err = yield(&e)
		}
		if err != nil {
			return good, sum, &Error{Code: "journal_damaged", Line: number, Err: err}
		}
		good += int64(len(line)) + 1
		sum = stored
	}
}

// readLine returns the next line without its end. The last line has an end too, unless it is torn; then, as for a line
// that is too long to be one, the returned text has no valid checksum.
func readLine(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	switch {
	case err == nil:
		return line[:len(line)-1], nil
	case errors.Is(err, io.EOF) && len(line) > 0:
		return bytes.TrimRight(line, "0123456789abcdef"), nil
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, fmt.Errorf("a line is longer than %d bytes", in.Size())
	}
	return nil, err
}

// torn reports whether a crash can have left the rest of a journal, which begins with a bad line: nothing valid
// follows; or what follows belongs to the same write, of which some part never reached the disk and reads as zeros. A
// line with the mark proves that everything before it was durable once, so that what precedes it is damage. A line
// counts as valid after the checksum that the line before it has, or should have.
func torn(in *bufio.Reader, line []byte, stored, right uint32) bool {
	hole := bytes.IndexByte(line, 0) >= 0
	for {
		line, err := readLine(in)
		if err != nil {
			return errors.Is(err, io.EOF)
		}
		next, _, ok := checkLine(line, stored)
		if !ok {
			_, _, ok = checkLine(line, right)
		}
		if ok && (line[0] == markDurable || !hole) {
			return false
		}
		hole = hole || bytes.IndexByte(line, 0) >= 0
		stored, right = next, next
	}
}
