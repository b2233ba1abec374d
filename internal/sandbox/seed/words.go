package seed

import "strings"

// unusualCompanies are names that a table, a CSV file or a terminal may fail on.
func unusualCompanies() []string {
	return []string{
		"Foo, Inc.",
		"Zażółć gęślą jaźń sp. z o.o.",
		"株式会社サンプル商事",
		"示例科技有限公司",
		"شركة المثال للتجارة",
		"חברת הדוגמה בע\"מ",
		"🚀 Rocket & Söhne 👩‍🔧",
		"Cafe\u0301 De\u0301compose\u0301", // combining accents
		strings.Repeat("Very Long Company Name ", 12),
		"=SUM(A1:A9)",
		"-2+3 Trading",
		"@home Services",
		"\"Quoted\" 'Names' Ltd",
		"Semi;colon | Pipe",
		"  leading and trailing blanks  ",
		"Tab\tseparated",
		"Two\nlines",
		"O'Brien \\ Backslash",
		"100% Natural_Food",
		"NULL",
		"00123",
		"",
		"مختلط Mixed עברית 2024",
		"ประเทศไทยตัวอย่าง",
		"Δοκιμή Α.Ε.",
		"Пример ООО",
		"ﬁne ﬂuid ligatures",
		"👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦",
		"Zero\u200bWidth",
		"İstanbul Örnek A.Ş.",
	}
}

type place struct{ country, currency, locale, timezone string }

func places() []place {
	return []place{
		{"DE", "EUR", "de-DE", "Europe/Berlin"},
		{"US", "USD", "en-US", "America/New_York"},
		{"US", "USD", "en-US", "America/Los_Angeles"},
		{"GB", "GBP", "en-GB", "Europe/London"},
		{"FR", "EUR", "fr-FR", "Europe/Paris"},
		{"PL", "PLN", "pl-PL", "Europe/Warsaw"},
		{"JP", "JPY", "ja-JP", "Asia/Tokyo"},
		{"CN", "CNY", "zh-CN", "Asia/Shanghai"},
		{"IL", "ILS", "he-IL", "Asia/Jerusalem"},
		{"AE", "AED", "ar-AE", "Asia/Dubai"},
		{"BR", "BRL", "pt-BR", "America/Sao_Paulo"},
		{"IN", "INR", "hi-IN", "Asia/Kolkata"},
		{"SE", "SEK", "sv-SE", "Europe/Stockholm"},
		{"TR", "TRY", "tr-TR", "Europe/Istanbul"},
		{"GR", "EUR", "el-GR", "Europe/Athens"},
		{"NZ", "NZD", "en-NZ", "Pacific/Auckland"},
	}
}

func industries() []string {
	return []string{"Plumbing", "Software", "Logistics", "Bakery", "Insurance", "Hospitality", "Education", "Energy", "Retail"}
}

func firstNames() []string {
	return []string{
		"ada", "bela", "chen", "dana", "emil", "fatima", "goran", "hana", "ines", "jonas", "kaito", "lena", "marek",
		"nadia", "omar", "priya", "quinn", "rosa", "samir", "tova",
	}
}

func lastNames() []string {
	return []string{
		"almeida", "berg", "cohen", "dubois", "eriksen", "fischer", "garcia", "haddad", "ivanova", "jansen", "kowalski",
		"lindqvist", "moreau", "nakamura", "okafor", "papadakis", "quist", "rossi", "sharma", "tanaka", "ueda", "vargas",
		"weber", "yilmaz", "zhang",
	}
}
