"""Units of UCUM by code of our own: a library for it, ucumvert, brings pint and a parser along for one page of grammar.

Case-sensitive: which codes there are, and how they are put together (UCUM, section 2).
"""

import re

from pacsimile_contract.rules.model import word_set

_METRIC = word_set(
    """
    m s g rad K C cd mol sr Hz N Pa J W A V F Ohm S Wb Cel T H lm lx Bq Gy Sv l L ar t bar u pc [c] [h] [k] [eps_0]
    [mu_0] [e] eV [m_e] [m_p] [G] [g] [ly] gf Ky Gal dyn erg P Bi St Mx Oe Gb sb Lmb ph Ci R RAD REM cal_[15] cal_[20]
    cal_m cal_IT cal_th cal tex m[H2O] m[Hg] eq osm g% kat U [iU] [IU] Np B B[SPL] B[V] B[mV] B[uV] B[10.nV] B[W] B[kW]
    st mho bit By Bd
    """
)
"""Units that may have a prefix."""

_OTHERS = word_set(
    """
    10* 10^ [pi] % [ppth] [ppm] [ppb] [pptr] deg gon ' '' min h d a_t a_j a_g a wk mo_s mo_j mo_g mo AU G Torr atm
    [in_i] [ft_i] [yd_i] [mi_i] [fth_i] [nmi_i] [kn_i] [sin_i] [sft_i] [syd_i] [cin_i] [cft_i] [cyd_i] [bf_i] [cr_i]
    [mil_i] [cml_i] [hd_i] [ft_us] [yd_us] [in_us] [rd_us] [ch_us] [lk_us] [rch_us] [rlk_us] [fth_us] [fur_us] [mi_us]
    [acr_us] [srd_us] [smi_us] [sct] [twp] [mil_us] [in_br] [ft_br] [rd_br] [ch_br] [lk_br] [fth_br] [pc_br] [yd_br]
    [mi_br] [nmi_br] [kn_br] [acr_br] [gal_us] [bbl_us] [qt_us] [pt_us] [gil_us] [foz_us] [fdr_us] [min_us] [crd_us]
    [bu_us] [gal_wi] [pk_us] [dqt_us] [dpt_us] [tbs_us] [tsp_us] [cup_us] [foz_m] [cup_m] [tsp_m] [tbs_m] [gal_br]
    [pk_br] [bu_br] [qt_br] [pt_br] [gil_br] [foz_br] [fdr_br] [min_br] [gr] [lb_av] [lbf_av] [oz_av] [dr_av] [scwt_av]
    [lcwt_av] [ston_av] [lton_av] [stone_av] [pwt_tr] [oz_tr] [lb_tr] [sc_ap] [dr_ap] [oz_ap] [lb_ap] [oz_m] [lne] [pnt]
    [pca] [pnt_pr] [pca_pr] [pied] [pouce] [ligne] [didot] [cicero] [degF] [degR] [degRe] [Cal] [Btu_39] [Btu_59]
    [Btu_60] [Btu_m] [Btu_IT] [Btu_th] [Btu] [HP] [den] [in_i'H2O] [in_i'Hg] [PRU] [wood'U] [diop] [p'diop] %[slope]
    [mesh_i] [Ch] [drp] [hnsf'U] [MET] [hp'_X] [hp'_C] [hp'_M] [hp'_Q] [hp_X] [hp_C] [hp_M] [hp_Q] [kp_X] [kp_C] [kp_M]
    [kp_Q] [pH] [S] [HPF] [LPF] [arb'U] [USP'U] [GPL'U] [MPL'U] [APL'U] [beth'U] [anti'Xa'U] [todd'U] [dye'U] [smgy'U]
    [bdsk'U] [ka'U] [knk'U] [mclg'U] [tb'U] [CCID_50] [TCID_50] [EID_50] [PFU] [FFU] [CFU] [IR] [BAU] [AU] [Amb'a'1'U]
    [PNU] [Lf] [D'ag'U] [FEU] [ELU] [EU] Ao b att [psi] circ sph [car_m] [car_Au] [smoot] [m/s2/Hz^(1/2)] bit_s
    """
)

_PREFIXES = ("da", "Ki", "Mi", "Gi", "Ti", *"YZEPTGMkhdcmunpfazy")
_ANNOTATION = r"\{[\x21-\x7a\x7c\x7e]*\}"
_SYMBOL = re.compile(rf"(?:{_ANNOTATION}|10[*^](?:[+-]?[0-9]+)?(?![0-9])|[0-9]+(?![*^]))")
_END_OF_SYMBOL = re.compile(r"[./(){]|\Z")
_EXPONENT = re.compile(r"[+-]?[0-9]+\Z")


def is_unit(code: str) -> bool:
    """Tell whether a text is a unit of UCUM: `mm`, `10*-6.mm2/s`, `g/ml{SUVbw}`, `1`."""
    if not code or not all("\x21" <= letter <= "\x7e" for letter in code):
        return False
    return _term(code, 1 if code[0] == "/" else 0) == len(code)


def _term(code: str, at: int) -> int:
    """Read a term from a place; returns where it ends, -1 where there is none."""
    while True:
        at = _component(code, at)
        if at < 0 or at >= len(code) or code[at] not in "./":
            return at
        at += 1


def _component(code: str, at: int) -> int:
    if code[at : at + 1] == "(":
        end = _term(code, at + 1)
        closed = end >= 0 and code[end : end + 1] == ")"
        return _annotated(code, end + 1) if closed else -1
    match = _SYMBOL.match(code, at)
    if match is not None:
        return match.end() if match.group()[0] == "{" else _annotated(code, match.end())
    end = _end_of_symbol(code, at)
    return _annotated(code, end) if _is_simple(code[at:end]) else -1


def _end_of_symbol(code: str, at: int) -> int:
    """Return where a unit ends: what stands in square brackets is a part of it."""
    while at < len(code):
        if code[at] == "[":
            at = code.find("]", at) + 1 or len(code)
        elif _END_OF_SYMBOL.match(code, at) or code[at] == ")":
            return at
        else:
            at += 1
    return at


def _annotated(code: str, at: int) -> int:
    match = re.compile(_ANNOTATION).match(code, at)
    return match.end() if match else at


def _is_simple(symbol: str) -> bool:
    unit = _EXPONENT.sub("", symbol)
    if unit in _METRIC or unit in _OTHERS:
        return True
    return any(unit.startswith(prefix) and unit[len(prefix) :] in _METRIC for prefix in _PREFIXES)
