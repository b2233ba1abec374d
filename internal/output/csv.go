package output

import (
	"bufio"
	"encoding/csv"
	"strings"
)

// csvWriter writes the rows of RFC 4180, with LF line ends.
func csvWriter(out *bufio.Writer) func([]string) error {
	w := csv.NewWriter(out) // takes a bufio.Writer over as its own buffer
	return func(fields []string) error {
		if len(fields) == 1 && fields[0] == "" {
			_, err := out.WriteString("\"\"\n") // readers skip a blank line
			return err
		}
		return w.Write(fields)
	}
}

// tsvWriter writes rows with a tab between the cells. Tab, line feed, carriage
// return and backslash inside a cell are written \t, \n, \r and \\, as
// PostgreSQL's COPY does.
func tsvWriter(out *bufio.Writer) func([]string) error {
	escape := strings.NewReplacer("\t", `\t`, "\n", `\n`, "\r", `\r`, `\`, `\\`)
	var line []byte
	return func(fields []string) error {
		line = line[:0]
		for i, field := range fields {
			if i > 0 {
				line = append(line, '\t')
			}
			if strings.ContainsAny(field, "\t\n\r\\") {
				field = escape.Replace(field)
			}
			line = append(line, field...)
		}
		_, err := out.Write(append(line, '\n'))
		return err
	}
}
