// Villages, points and their coverage through the wrapper.
#include <cstring>

#include "check.hpp"

int main() {
  puhui::villages villages;
  villages.village = {11, 12, 21};
  villages.township = {1, 1, 2};
  villages.county = {500101, 500101, 500101};
  villages.people = {1000, 2000, 1000};
  puhui::service_points points;
  points.point = {1, 2, 3};
  points.village = {11, 21, 99};
  points.kind = {PUHUI_POINT_KIND_OUTLET, PUHUI_POINT_KIND_AGENT, PUHUI_POINT_KIND_AGENT};
  points.distance_m = {0, 2500, 0};
  const puhui::coverage coverage(villages, points, puhui::coverage_rule(20200331), puhui::code::area::township);
  CHECK(coverage.areas.size() == 2 && coverage.areas[0].area == 1 && coverage.areas[0].covered == 1);
  CHECK(coverage.missed.size() == 1 && coverage.missed[0].village == 12);
  CHECK(coverage.strays.size() == 1 && coverage.strays[0].point == 3 && coverage.strays[0].village == 99);
  const puhui::area_figures figures(coverage.total, puhui::code::point_kind::agent);
  // 2 of 3 villages; 1 agent for 4,000 people.
  CHECK(puhui::rounded(figures.share, 3, puhui::code::rounding::down) == 666);
  CHECK(puhui::rounded(figures.per_ten_thousand_people, 1, puhui::code::rounding::half_up) == 25);
  CHECK(!puhui::rounded(figures.loan_share, 1, puhui::code::rounding::half_up));

  // Township 1 has a point in one of its two villages, 2 in its only one.
  CHECK(coverage.areas_covered.areas == 2 && coverage.areas_covered.covered == 2 && coverage.areas_covered.full == 1);
  CHECK(coverage.counties.size() == 1 && coverage.counties[0].area == 500101 && coverage.counties[0].areas == 2);
  CHECK(coverage.villages.size() == 3 && coverage.villages[1].area == 12 && coverage.villages[1].covered == 0);

  // Two branches, whose villages and points are each other's.
  puhui_village_columns first = villages.get(), rest = villages.get();
  first.count = 1;
  rest.count = 2;
  rest.village += 1;
  rest.township += 1;
  rest.county += 1;
  rest.people += 1;
  const puhui::coverage both({rest, first}, {points.get()}, puhui::coverage_rule(20200331), puhui::code::area::township);
  CHECK(std::memcmp(&both.total, &coverage.total, sizeof both.total) == 0 && both.missed[0].village == 12);
  CHECK(puhui::coverage(std::vector<puhui_village_columns>{}, {}, puhui::coverage_rule(20200331), puhui::code::area::county)
            .total.villages == 0);

  const puhui::coverage near(villages, points, puhui::coverage_rule(20200331).within(2000), puhui::code::area::county);
  CHECK(near.missed.size() == 2);
  const puhui::coverage nothing(villages, puhui::service_points(), puhui::coverage_rule(20200331), puhui::code::area::county);
  CHECK(nothing.missed.size() == 3 && nothing.total.covered == 0);

  CHECK(thrown_by([&] {
          puhui::coverage(villages, points, puhui::coverage_rule(20200331, 0), puhui::code::area::county);
        }) == PUHUI_ERR_MISSING);
  villages.village[1] = 11;
  try {
    puhui::coverage(villages, points, puhui::coverage_rule(20200331), puhui::code::area::county);
    CHECK(false);
  } catch (const puhui::error &error) {
    CHECK(error.code() == PUHUI_ERR_CONTRADICTION && error.field() == "village_tables[0].village[1]");
  }
  villages.county.pop_back();
  try {
    (void)villages.get();
    CHECK(false);
  } catch (const std::invalid_argument &) {
  }
  return 0;
}
