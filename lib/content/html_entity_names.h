// The names of HTML's entities (section "Named character references" of the standard) that stand for one
// character of names and addresses, or of what stands beside them: ASCII, Latin, Greek and Cyrillic letters,
// accents, General Punctuation (dashes, quotation marks, spaces), and what shows nothing.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gdprd::content {

struct HtmlEntity {
    std::string_view name;
    std::uint32_t code = 0;
};

// A name and its code point, sorted by name.
inline constexpr std::string_view html_entity_names =
    "AElig c6 AMP 26 Aacute c1 Abreve 102 Acirc c2 Acy 410 Agrave c0 Alpha 391 Amacr 100 Aogon 104 "
    "ApplyFunction 2061 Aring c5 Atilde c3 Auml c4 Bcy 411 Beta 392 Breve 2d8 CHcy 427 COPY a9 Cacute 106 "
    "Ccaron 10c Ccedil c7 Ccirc 108 Cdot 10a Cedilla b8 CenterDot b7 Chi 3a7 CloseCurlyDoubleQuote 201d "
    "CloseCurlyQuote 2019 DJcy 402 DScy 405 DZcy 40f Dagger 2021 Dcaron 10e Dcy 414 Delta 394 "
    "DiacriticalAcute b4 DiacriticalDot 2d9 DiacriticalDoubleAcute 2dd DiacriticalGrave 60 DiacriticalTilde "
    "2dc Dot a8 DoubleDot a8 Dstrok 110 ENG 14a ETH d0 Eacute c9 Ecaron 11a Ecirc ca Ecy 42d Edot 116 "
    "Egrave c8 Emacr 112 Eogon 118 Epsilon 395 Eta 397 Euml cb Fcy 424 GJcy 403 GT 3e Gamma 393 Gammad 3dc "
    "Gbreve 11e Gcedil 122 Gcirc 11c Gcy 413 Gdot 120 HARDcy 42a Hacek 2c7 Hat 5e Hcirc 124 Hstrok 126 IEcy "
    "415 IJlig 132 IOcy 401 Iacute cd Icirc ce Icy 418 Idot 130 Igrave cc Imacr 12a InvisibleComma 2063 "
    "InvisibleTimes 2062 Iogon 12e Iota 399 Itilde 128 Iukcy 406 Iuml cf Jcirc 134 Jcy 419 Jsercy 408 Jukcy "
    "404 KHcy 425 KJcy 40c Kappa 39a Kcedil 136 Kcy 41a LJcy 409 LT 3c Lacute 139 Lambda 39b Lcaron 13d "
    "Lcedil 13b Lcy 41b Lmidot 13f Lstrok 141 Mcy 41c MediumSpace 205f Mu 39c NJcy 40a Nacute 143 Ncaron "
    "147 Ncedil 145 Ncy 41d NegativeMediumSpace 200b NegativeThickSpace 200b NegativeThinSpace 200b "
    "NegativeVeryThinSpace 200b NewLine a NoBreak 2060 NonBreakingSpace a0 Ntilde d1 Nu 39d OElig 152 "
    "Oacute d3 Ocirc d4 Ocy 41e Odblac 150 Ograve d2 Omacr 14c Omega 3a9 Omicron 39f OpenCurlyDoubleQuote "
    "201c OpenCurlyQuote 2018 Oslash d8 Otilde d5 Ouml d6 OverBar 203e Pcy 41f Phi 3a6 Pi 3a0 PlusMinus b1 "
    "Prime 2033 Psi 3a8 QUOT 22 REG ae Racute 154 Rcaron 158 Rcedil 156 Rcy 420 Rho 3a1 SHCHcy 429 SHcy 428 "
    "SOFTcy 42c Sacute 15a Scaron 160 Scedil 15e Scirc 15c Scy 421 Sigma 3a3 THORN de TSHcy 40b TScy 426 "
    "Tab 9 Tau 3a4 Tcaron 164 Tcedil 162 Tcy 422 Theta 398 ThinSpace 2009 Tstrok 166 Uacute da Ubrcy 40e "
    "Ubreve 16c Ucirc db Ucy 423 Udblac 170 Ugrave d9 Umacr 16a UnderBar 5f Uogon 172 Upsi 3d2 Upsilon 3a5 "
    "Uring 16e Utilde 168 Uuml dc Vcy 412 Verbar 2016 Vert 2016 VerticalLine 7c VeryThinSpace 200a Wcirc "
    "174 Xi 39e YAcy 42f YIcy 407 YUcy 42e Yacute dd Ycirc 176 Ycy 42b Yuml 178 ZHcy 416 Zacute 179 Zcaron "
    "17d Zcy 417 Zdot 17b ZeroWidthSpace 200b Zeta 396 aacute e1 abreve 103 acirc e2 acute b4 acy 430 aelig "
    "e6 af 2061 agrave e0 alpha 3b1 amacr 101 amp 26 angst c5 aogon 105 apos 27 aring e5 ast 2a atilde e3 "
    "auml e4 backepsilon 3f6 backprime 2035 bcy 431 bdquo 201e bepsi 3f6 beta 3b2 bprime 2035 breve 2d8 "
    "brvbar a6 bsemi 204f bsol 5c bull 2022 bullet 2022 cacute 107 caret 2041 caron 2c7 ccaron 10d ccedil "
    "e7 ccirc 109 cdot 10b cedil b8 cent a2 centerdot b7 chcy 447 chi 3c7 circ 2c6 circledR ae colon 3a "
    "comma 2c commat 40 copy a9 curren a4 dagger 2020 dash 2010 dblac 2dd dcaron 10f dcy 434 ddagger 2021 "
    "deg b0 delta 3b4 die a8 digamma 3dd div f7 divide f7 djcy 452 dollar 24 dot 2d9 dscy 455 dstrok 111 "
    "dzcy 45f eacute e9 ecaron 11b ecirc ea ecy 44d edot 117 egrave e8 emacr 113 emsp 2003 emsp13 2004 "
    "emsp14 2005 eng 14b ensp 2002 eogon 119 epsi 3b5 epsilon 3b5 epsiv 3f5 equals 3d eta 3b7 eth f0 euml "
    "eb excl 21 fcy 444 ffilig fb03 fflig fb00 ffllig fb04 filig fb01 fllig fb02 frac12 bd frac14 bc frac34 "
    "be frasl 2044 gacute 1f5 gamma 3b3 gammad 3dd gbreve 11f gcirc 11d gcy 433 gdot 121 gjcy 453 grave 60 "
    "gt 3e hairsp 200a half bd hardcy 44a hcirc 125 hellip 2026 horbar 2015 hstrok 127 hybull 2043 hyphen "
    "2010 iacute ed ic 2063 icirc ee icy 438 iecy 435 iexcl a1 igrave ec ijlig 133 imacr 12b imath 131 "
    "inodot 131 iocy 451 iogon 12f iota 3b9 iquest bf it 2062 itilde 129 iukcy 456 iuml ef jcirc 135 jcy "
    "439 jsercy 458 jukcy 454 kappa 3ba kappav 3f0 kcedil 137 kcy 43a kgreen 138 khcy 445 kjcy 45c lacute "
    "13a lambda 3bb laquo ab lbrace 7b lbrack 5b lcaron 13e lcedil 13c lcub 7b lcy 43b ldquo 201c ldquor "
    "201e ljcy 459 lmidot 140 lowbar 5f lpar 28 lrm 200e lsaquo 2039 lsqb 5b lsquo 2018 lsquor 201a lstrok "
    "142 lt 3c macr af mcy 43c mdash 2014 micro b5 midast 2a middot b7 mldr 2026 mu 3bc nacute 144 napos "
    "149 nbsp a0 ncaron 148 ncedil 146 ncy 43d ndash 2013 njcy 45a nldr 2025 not ac ntilde f1 nu 3bd num 23 "
    "numsp 2007 oacute f3 ocirc f4 ocy 43e odblac 151 oelig 153 ogon 2db ograve f2 ohm 3a9 oline 203e omacr "
    "14d omega 3c9 omicron 3bf ordf aa ordm ba oslash f8 otilde f5 ouml f6 para b6 pcy 43f percnt 25 period "
    "2e permil 2030 pertenk 2031 phi 3c6 phiv 3d5 pi 3c0 piv 3d6 plus 2b plusmn b1 pm b1 pound a3 prime "
    "2032 psi 3c8 puncsp 2008 qprime 2057 quest 3f quot 22 racute 155 raquo bb rbrace 7d rbrack 5d rcaron "
    "159 rcedil 157 rcub 7d rcy 440 rdquo 201d rdquor 201d reg ae rho 3c1 rhov 3f1 ring 2da rlm 200f rpar "
    "29 rsaquo 203a rsqb 5d rsquo 2019 rsquor 2019 sacute 15b sbquo 201a scaron 161 scedil 15f scirc 15d "
    "scy 441 sect a7 semi 3b shchcy 449 shcy 448 shy ad sigma 3c3 sigmaf 3c2 sigmav 3c2 softcy 44c sol 2f "
    "straightepsilon 3f5 straightphi 3d5 strns af sup1 b9 sup2 b2 sup3 b3 szlig df tau 3c4 tcaron 165 "
    "tcedil 163 tcy 442 theta 3b8 thetasym 3d1 thetav 3d1 thinsp 2009 thorn fe tilde 2dc times d7 tprime "
    "2034 tscy 446 tshcy 45b tstrok 167 uacute fa ubrcy 45e ubreve 16d ucirc fb ucy 443 udblac 171 ugrave "
    "f9 umacr 16b uml a8 uogon 173 upsi 3c5 upsih 3d2 upsilon 3c5 uring 16f utilde 169 uuml fc varepsilon "
    "3f5 varkappa 3f0 varphi 3d5 varpi 3d6 varrho 3f1 varsigma 3c2 vartheta 3d1 vcy 432 verbar 7c vert 7c "
    "wcirc 175 xi 3be yacute fd yacy 44f ycirc 177 ycy 44b yen a5 yicy 457 yucy 44e yuml ff zacute 17a "
    "zcaron 17e zcy 437 zdot 17c zeta 3b6 zhcy 436 zwj 200d zwnj 200c";

constexpr std::size_t count_of_html_entities() {
    const auto blanks = std::count(html_entity_names.begin(), html_entity_names.end(), ' ');
    return (static_cast<std::size_t>(blanks) + 1) / 2;
}

constexpr std::array<HtmlEntity, count_of_html_entities()> make_html_entities() {
    std::array<HtmlEntity, count_of_html_entities()> entities{};
    std::string_view rest = html_entity_names;
    for (HtmlEntity& entity : entities) {
        entity.name = rest.substr(0, rest.find(' '));
        rest.remove_prefix(entity.name.size() + 1);
        while (!rest.empty() && rest.front() != ' ') {
            const char digit = rest.front();
            entity.code =
                entity.code * 16 + static_cast<std::uint32_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
            rest.remove_prefix(1);
        }
        if (!rest.empty()) rest.remove_prefix(1);
    }
    return entities;
}

inline constexpr auto html_entities = make_html_entities();
static_assert(std::is_sorted(html_entities.begin(), html_entities.end(),
                             [](const HtmlEntity& a, const HtmlEntity& b) { return a.name < b.name; }));

}  // namespace gdprd::content
